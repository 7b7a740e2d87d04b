import { describe, expect, it } from 'vitest';
import { together } from './together.ts';

/** Answers when it is told to, and notes what was asked together. */
function oracle() {
  const asked: (readonly string[])[] = [];
  const held: (() => void)[] = [];
  const ask = together(async (questions: readonly string[]) => {
    asked.push([...questions]);
    await new Promise<void>((resolve) => held.push(resolve));
    if (questions.includes('riddle')) throw new Error('nobody knows');
    return questions.map((question) => question.toUpperCase());
  });
  const answer = async () => {
    while (held.length === 0) await Promise.resolve();
    held.shift()?.();
  };
  return { asked, ask, answer };
}

describe('asking together', () => {
  it('asks together what comes while an answer is waited for', async () => {
    const { asked, ask, answer } = oracle();
    const first = ask('a');
    await Promise.resolve();
    const others = [ask('b'), ask('c')];
    await answer();
    expect(await first).toBe('A');
    await answer();
    expect(await Promise.all(others)).toEqual(['B', 'C']);
    expect(asked).toEqual([['a'], ['b', 'c']]);
  });

  it('fails for those that were asked together, and goes on', async () => {
    const { ask, answer } = oracle();
    const failing = [ask('riddle'), ask('a')].map((one) => expect(one).rejects.toThrow('nobody'));
    await answer();
    await Promise.all(failing);
    const later = ask('b');
    await answer();
    expect(await later).toBe('B');
  });

  it('takes what is asked in one turn together from the start', async () => {
    const { asked, ask, answer } = oracle();
    const both = [ask('a'), ask('b')];
    await answer();
    expect(await Promise.all(both)).toEqual(['A', 'B']);
    expect(asked).toEqual([['a', 'b']]);
  });
});
