import { execa } from 'execa';
import { describe, expect, it, vi } from 'vitest';
import { hasSurelyEnded, thisProcess } from './process-identity.ts';

describe('a process', () => {
  it('has not ended while it runs', () => {
    expect(hasSurelyEnded(thisProcess())).toBe(false);
  });

  it('has ended when its pid is free', () => {
    // Linux gives out none above 2^22.
    const pid = 2 ** 22 + 1;
    expect(hasSurelyEnded({ ...thisProcess(), pid })).toBe(true);
  });

  it('has ended when its pid is that of a younger process', () => {
    expect(hasSurelyEnded({ ...thisProcess(), processStart: '1' })).toBe(true);
  });

  it('has ended when only its parent has not noticed', async () => {
    // The shell makes way for a program that never asks after its children.
    const parent = execa('sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 60'], {
      reject: false,
    });
    const { value } = await parent[Symbol.asyncIterator]().next();
    const zombie = { ...thisProcess(), pid: Number(value), processStart: null };
    await vi.waitFor(() => expect(hasSurelyEnded(zombie)).toBe(true));
    parent.kill();
    await parent;
  });

  it.each([
    ['on another host', { host: 'elsewhere' }],
    ['under another kernel or in another container', { machine: 'elsewhere' }],
    ['where that is unknown', { machine: null }],
  ])('may be alive %s', (_, other) => {
    expect(hasSurelyEnded({ ...thisProcess(), processStart: '1', ...other })).toBe(false);
  });
});
