import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const CANARY = 'canary-4711-value';
const SET_BY_HAND = 'set-by-hand-0815';

const secret = (fields: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: tokens}
clusters: [east]
objects:
  - apiVersion: v1
    kind: Secret
    metadata: {name: tokens, labels: {a: b}, annotations: {note: n}}
${fields}
`;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Every file of a world but the repository's own, as one text. */
async function everything(world: World): Promise<string> {
  const entries = await readdir(join(world.directory, '..'), {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(`${world.directory}/`));
  expect(files).toContain(world.database);
  const texts = await Promise.all(files.map((path) => readFile(path, 'latin1')));
  return texts.join('\n');
}

async function value(world: World, key: string): Promise<string> {
  const data = await world.field('east', 'secret/tokens', `.data.${key}`);
  return Buffer.from(data, 'base64').toString();
}

async function setByHand(world: World, key: string): Promise<void> {
  const patch = JSON.stringify({ stringData: { [key]: SET_BY_HAND } });
  await world.kubectl('east', ['patch', 'secret', 'tokens', '-n', world.ns('shop'), '-p', patch]);
}

describe('a Secret', () => {
  it('is created with placeholders, keeps what a person sets, and gets only missing keys', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret('    stringData: {one: replace-me}') });
    await world.push();
    expect(await value(world, 'one')).toBe('replace-me');

    await setByHand(world, 'one');
    await world.write({
      '{ns}/index.yaml': secret('    stringData: {one: replace-me, two: replace-me}'),
    });
    const diff = await world.diff();
    expect(diff).toContain('two');
    expect(diff).not.toContain('replace-me');
    await world.push();
    expect(await value(world, 'one')).toBe(SET_BY_HAND);
    expect(await value(world, 'two')).toBe('replace-me');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('loses a key only if Sisyphus created it and nobody has set it since', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret('    stringData: {one: x, two: x, three: x}') });
    await world.push();
    await setByHand(world, 'two');
    await world.write({ '{ns}/index.yaml': secret('    stringData: {three: x}') });
    await world.push();
    expect(await value(world, 'one')).toBe('');
    expect(await value(world, 'two')).toBe(SET_BY_HAND);
    expect(await value(world, 'three')).toBe('x');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('leaves keys alone in a Secret that was there before', async () => {
    const world = await World.open();
    await world.kubectl('east', ['create', 'namespace', world.ns('shop')]);
    await world.kubectl('east', [
      ...['create', 'secret', 'generic', 'tokens', '-n', world.ns('shop')],
      `--from-literal=one=${SET_BY_HAND}`,
    ]);
    await world.write({ '{ns}/index.yaml': secret('    stringData: {one: x, two: x}') });
    await world.push();
    expect(await value(world, 'one')).toBe(SET_BY_HAND);
    expect(await value(world, 'two')).toBe('x');
  });

  it('loses and changes labels like any other object', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret('    stringData: {one: x}') });
    await world.push();
    await world.write({
      '{ns}/index.yaml': secret('    stringData: {one: x}').replace(
        'labels: {a: b}',
        'labels: {c: d}',
      ),
    });
    await world.push();
    expect(await world.field('east', 'secret/tokens', '.metadata.labels')).toBe('{"c":"d"}');
    expect(await value(world, 'one')).toBe('x');
  });

  it('is frozen last and takes no more keys then', async () => {
    const world = await World.open();
    await world.write({
      '{ns}/index.yaml': secret('    stringData: {one: x}\n    immutable: true'),
    });
    await world.push();
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
    await world.write({
      '{ns}/index.yaml': secret('    stringData: {one: x, two: x}\n    immutable: true'),
    });
    expect(await world.diff()).toContain('1 to recreate');
  });

  it('is not recreated over keys that somebody set, whatever the plan knew', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret('    stringData: {one: x}') });
    await world.push();
    await setByHand(world, 'one');
    await world.write({ '{ns}/index.yaml': secret('    type: Opaque\n    stringData: {one: x}') });
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
    await world.write({
      '{ns}/index.yaml': secret('    type: example.com/x\n    stringData: {one: x}'),
    });
    const pushed = await world.run(['push', '--yes']);
    expect(pushed.exitCode).toBe(1);
    expect(pushed.stdout).toContain('keys that Sisyphus did not create would be lost: one');
    expect(await value(world, 'one')).toBe(SET_BY_HAND);
  });

  it('keeps a key that somebody applied as stringData', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret('    stringData: {one: x, two: x}') });
    await world.push();
    const theirs = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tokens' } };
    await world.kubectl(
      'east',
      ['apply', '--server-side', '--field-manager=bob', '-n', world.ns('shop'), '-f', '-'],
      JSON.stringify({ ...theirs, stringData: { two: SET_BY_HAND, three: SET_BY_HAND } }),
    );
    await world.write({ '{ns}/index.yaml': secret('    stringData: {one: x, three: x}') });
    await world.push();
    expect(await value(world, 'two')).toBe(SET_BY_HAND);
    expect(await value(world, 'three')).toBe(SET_BY_HAND);
  });

  it('never shows or stores a value, not even in an error', async () => {
    const world = await World.open();
    await world.write({
      '{ns}/index.yaml': secret(
        `    stringData: {one: ${CANARY}}\n    data: {two: ${base64(CANARY)}}`,
      ),
    });
    const outputs = [
      await world.diff('--full'),
      await world.diff('--full', '--output', 'json'),
      await world.push('--full'),
    ];
    expect(await value(world, 'two')).toBe(CANARY);

    const broken = secret(
      `    type: kubernetes.io/dockerconfigjson\n    stringData: {x: ${CANARY}}`,
    );
    await world.write({
      '{ns}/index.yaml': broken.replace('name: tokens, labels', 'name: bad, labels'),
    });
    const failed = await world.run(['push', '--yes', '--output', 'json']);
    expect(failed.exitCode).toBe(1);
    await world.write({ '{ns}/index.yaml': secret(`    data: {one: "${CANARY}!"}`) });
    const rejected = await world.run(['push', '--yes']);
    expect(rejected.stderr).toContain('data.one of the Secret is not base64');

    const outside = [failed.stdout, failed.stderr, rejected.stdout, rejected.stderr];
    for (const text of [...outputs, ...outside, await everything(world)]) {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain(base64(CANARY).slice(0, 20));
    }
  });
});
