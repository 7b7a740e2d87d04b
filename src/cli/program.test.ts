import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';

const programFor = (...args: string[]) => createProgram(args, () => undefined);
const outlined = await programFor();
const names = outlined.commands
  .map((command) => command.name())
  .filter((name) => name !== 'completion');

describe('createProgram', () => {
  it.each(names)('lists %s as what it is in full once the arguments name it', async (name) => {
    const named = await programFor('help', name);
    expect(named.helpInformation()).toBe(outlined.helpInformation());
    const [full, outline] = [named, outlined].map(({ commands }) =>
      commands.find((command) => command.name() === name)?.helpInformation(),
    );
    expect(full).not.toBe(outline);
  });
});
