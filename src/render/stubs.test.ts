import { expect, it } from 'vitest';
import { starlarkForTests } from '../starlark/fixture.ts';
import { LANGUAGE_NAMES, starlarkStubs } from './stubs.ts';
import { CONTEXT, VOCABULARY } from './vocabulary.ts';

const { run } = starlarkForTests();

it('explains every word with its parameters in the order in which the engine takes them', () => {
  const stubs = starlarkStubs();
  for (const { name, keywordOnly, parameters } of VOCABULARY) {
    const [, declared = ''] = new RegExp(`^def ${name}\\(\\n(.*?)^\\)`, 'ms').exec(stubs) ?? [];
    const found = declared.split('\n').map((line) => line.trim());
    const expected = parameters.map((one) => expect.stringMatching(`^${one.name}: .*,$`));
    expect(found).toEqual([...(keywordOnly ? ['*,'] : []), ...expected, '']);
    const optional = declared.split('\n').filter((line) => line.endsWith(' = None,'));
    expect(optional).toHaveLength(parameters.filter(({ required }) => !required).length);
  }
});

it('explains no name that the engine lacks', async () => {
  const names = LANGUAGE_NAMES.filter((name) => name !== 'load');
  expect(names.length).toBeGreaterThan(5);
  const inputs = Object.fromEntries(Object.keys(CONTEXT).map((name) => [name, 'x']));
  const asked = Object.keys(CONTEXT).map((name) => `ctx.${name}()`);
  const program = `def main(ctx):\n    _ = [${names.join(', ')}]\n    return [${asked.join(', ')}]\n`;
  const { value } = await run(program, { inputs });
  expect(value).toMatchObject({ type: 'list', items: asked.map(() => ({ value: 'x' })) });
});
