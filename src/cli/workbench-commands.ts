/** The commands around programs and their images, loaded as one for the same reason as `house-commands.ts`. */
export { appRunConfig } from './app-run-config.ts';
export { appRunImage } from './app-run-image.ts';
export { configBuild } from './config-build.ts';
export { configEval } from './config-eval.ts';
export { configInspect } from './config-inspect.ts';
export { configPush } from './config-push.ts';
export { configTest } from './config-test.ts';
