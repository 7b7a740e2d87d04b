import { describe, expect, it } from 'vitest';
import { formatDeclaration } from '../model/declaration.ts';
import { readFiles } from '../repository/read-files.fixture.ts';
import type { Repository } from '../repository/repository.ts';
import { allButPaused, onlySelected, type Participants } from './participants.ts';

const ECHO = { kind: 'Deployment', namespace: 'shop', name: 'echo' };

const deployment = (image: string, more = '') => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo}
config: {env: prod, image: '${image}'${more}}
footprint: {east: {}}
`;

const plain = `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: settings}
clusters: [east]
objects: []
`;

/** Prints who takes part, and what is wrong with them. */
function print({ declarations, problems }: Participants): string[] {
  return [
    ...declarations.map(({ id }) => formatDeclaration(id)),
    ...problems.map(({ error }) => error.code),
  ];
}

/** The image that a declaration of `declared` is pushed with. */
async function imageFor(declared: string, image: string): Promise<string | undefined> {
  const repository = await readFiles({ 'shop/index.yaml': deployment(declared) });
  const [found] = onlySelected(repository, { declaration: ECHO, image }).declarations;
  return found?.type === 'Deployment' ? found.image.value : undefined;
}

function refusal(repository: Repository, id = ECHO, image?: string) {
  try {
    return print(onlySelected(repository, { declaration: id, ...(image && { image }) }));
  } catch (thrown) {
    return thrown;
  }
}

describe('allButPaused', () => {
  it('leaves a paused declaration out, and its problems', async () => {
    const files = { 'shop/index.yaml': `${deployment('a', ', oops: 1')}---${plain}` };
    const repository = await readFiles(files);
    expect(print(allButPaused(repository, [ECHO]))).toEqual(['KubernetesYaml shop/settings']);
    expect(print(allButPaused(repository, []))).toEqual([
      'KubernetesYaml shop/settings',
      'unknown-field',
    ]);
  });
});

describe('onlySelected', () => {
  it('takes one declaration, whatever is wrong with others', async () => {
    const files = { 'shop/index.yaml': deployment('a'), 'jobs/index.yaml': 'kind: [' };
    expect(refusal(await readFiles(files))).toEqual(['Deployment shop/echo']);
  });

  it('shows what is wrong with it, or with where it may stand', async () => {
    const own = await readFiles({ 'shop/index.yaml': deployment('a', ', oops: 1') });
    expect(refusal(own)).toEqual(['unknown-field']);
    const torn = await readFiles({ 'shop/index.yaml': `${plain}---\nkind: [` });
    expect(refusal(torn)).toEqual(['invalid-yaml']);
  });

  it('names what is near when there is no such declaration', async () => {
    const repository = await readFiles({ 'shop/index.yaml': `${deployment('a')}---${plain}` });
    expect(refusal(repository, { ...ECHO, name: 'ecko' })).toMatchObject({
      code: 'unknown-declaration',
      hint: 'did you mean Deployment shop/echo?',
    });
    expect(refusal(repository, { ...ECHO, kind: 'CronJob' })).toMatchObject({
      hint: 'did you mean Deployment shop/echo?',
    });
    expect(refusal(repository, { ...ECHO, namespace: 'jobs' })).toMatchObject({
      hint: 'did you mean Deployment shop/echo?',
    });
    expect(refusal(repository, { ...ECHO, name: 'zebra' })).toMatchObject({
      hint: expect.stringContaining('name it as in the repository'),
    });
  });

  it('takes the scheme for an image of the same registry from the declaration', async () => {
    const declared = 'http://Registry.example:5000/shop/echo_config:latest';
    const digest = `registry.example:5000/shop/echo_config@sha256:${'a'.repeat(64)}`;
    expect(await imageFor(declared, digest)).toBe(`http://${digest}`);
    expect(await imageFor(declared, `https://${digest}`)).toBe(`https://${digest}`);
    expect(await imageFor(declared, 'other.example/echo:1')).toBe('other.example/echo:1');
    expect(await imageFor(declared, 'echo:1')).toBe('echo:1');
    expect(await imageFor('registry.example:5000/a:b', digest)).toBe(digest);
  });

  it('refuses an image that is none', async () => {
    const repository = await readFiles({ 'shop/index.yaml': deployment('a') });
    expect(refusal(repository, ECHO, 'a b')).toMatchObject({
      code: 'invalid-image-reference',
      position: undefined,
    });
  });

  it('refuses an image for a declaration that has none', async () => {
    const repository = await readFiles({ 'shop/index.yaml': plain });
    const id = { ...ECHO, kind: 'KubernetesYaml', name: 'settings' };
    expect(refusal(repository, id, 'a:b')).toMatchObject({ code: 'no-config-image' });
  });
});
