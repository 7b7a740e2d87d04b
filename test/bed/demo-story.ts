import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bed } from './bed.ts';
import type { DemoShell } from './demo-shell.ts';
import { describeWorkloads } from './demo-workloads.ts';
import {
  type ExampleProgram,
  type ExampleSource,
  examplePrograms,
  pushExample,
} from './example.ts';

/** What the story happens with. */
export interface DemoSetting {
  readonly bed: Bed;
  readonly shell: DemoShell;
  readonly source: ExampleSource;
}

const directory = 'example/production';
const program = 'example/echo/echo.star';

/** Deploys the example, changes a program, and deploys that. */
export async function tellStory(setting: DemoSetting): Promise<void> {
  const { bed, shell, source } = setting;
  shell.say("1. Push the example's images: a binary image and a config image for each program");
  for (const name of examplePrograms) {
    showImage(name, await pushExample(name, source));
  }

  shell.say('2. Deploy what example/production declares, for the first time');
  await shell.sisyphus('push', directory, '--yes');
  await waitForRollouts(setting);

  shell.say(`3. Change a flag of echo in ${program}, and push its image under the same tag`);
  await changeGreeting(join(source.folder, program));
  showImage('echo', await pushExample('echo', source));

  shell.say('4. The tag has moved, so there is something to deploy');
  await shell.sisyphus('diff', directory);
  await shell.sisyphus('push', directory, '--yes');
  await waitForRollouts(setting);

  shell.say('5. Now the clusters are as the repository says');
  await shell.sisyphus('diff', directory, '--exit-code');

  shell.say('6. What runs where');
  process.stdout.write(`${await describeWorkloads(bed)}\n`);
}

/** Says what the tag of a program's config image points at now. */
export function showImage(name: ExampleProgram, digest: string): void {
  process.stdout.write(`   example/${name}_config:latest is now ${digest}\n`);
}

async function waitForRollouts({ bed, shell }: DemoSetting): Promise<void> {
  for (const context of bed.contexts) {
    const rollout = ['rollout', 'status', 'deployment/echo', '--timeout=60s'];
    await shell.kubectl('--context', context, '--namespace', 'shop', ...rollout);
  }
}

async function changeGreeting(path: string): Promise<void> {
  const [before, after] = ['"prod": "Hello"', '"prod": "Welcome"'];
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(before, after));
  process.stdout.write(`   - ${before}\n   + ${after}\n`);
}
