/**
 * The commands around a repository and its clusters, loaded as one. Imported one by one they would
 * take twice the time to start: whatever two imports share becomes a file of the bundle, and dozens
 * of small files cost more than the code that a command could do without.
 */
export { diff } from './diff.ts';
export { doctor } from './doctor.ts';
export { forgetObject } from './forget.ts';
export { importObject } from './import.ts';
export { init } from './init.ts';
export { objectHistory } from './object-history.ts';
export { objectPause } from './object-pause.ts';
export { objectPush } from './object-push.ts';
export { objectResume } from './object-resume.ts';
export { objectStatus } from './object-status.ts';
export { push } from './push.ts';
export { refresh } from './refresh.ts';
export { unlock } from './unlock.ts';
export { validate } from './validate.ts';
