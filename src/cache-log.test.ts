import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheLog } from './cache-log.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sisyphus-log-'));
  path = join(directory, 'folder', 'things.log');
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const read = (name: string) => new CacheLog(path).read(name)?.toString();
const write = (name: string, content: string) =>
  new CacheLog(path).write(name, Buffer.from(content));

describe('a cache in one file', () => {
  it('gives back what was kept last under a name', () => {
    expect(read('a')).toBeUndefined();
    write('a', 'first');
    write('b', '');
    write('a', 'second\n12 x\n');
    expect([read('a'), read('b')]).toEqual(['second\n12 x\n', '']);
  });

  it('is for its owner only', async () => {
    write('a', 'x');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'folder'))).mode & 0o777).toBe(0o700);
  });

  it('knows at once what it keeps itself', () => {
    const log = new CacheLog(path);
    log.write('a', Buffer.from('x'));
    log.write('a', Buffer.from('y'));
    expect(log.read('a')?.toString()).toBe('y');
  });

  it('takes what several processes keep at once', async () => {
    const program = `
      const { CacheLog } = await import(${JSON.stringify(new URL('./cache-log.ts', import.meta.url))});
      const log = new CacheLog(process.argv[1]);
      for (let i = 0; i < 200; i += 1) log.write(process.pid + ' ' + i, Buffer.alloc(i * 40, i));`;
    const run = () => execa(process.execPath, ['--import', 'tsx', '-e', program, path]);
    const children = [run(), run(), run()];
    const pids = children.map(({ pid }) => pid);
    await Promise.all(children);
    const log = new CacheLog(path);
    const isKept = (pid: number | undefined, i: number) =>
      log.read(`${pid} ${i}`)?.equals(Buffer.alloc(i * 40, i)) === true;
    const lost = pids.flatMap((pid) =>
      Array.from({ length: 200 }, (_, i) => i).filter((i) => !isKept(pid, i)),
    );
    expect(lost).toEqual([]);
  });

  it.each<[string, (file: Buffer) => Buffer]>([
    ['half an entry', (file) => file.subarray(0, file.length - 1)],
    ['half a header', (file) => Buffer.concat([file, Buffer.from('12 ')])],
    ['a changed byte', (file) => Buffer.from(file.toString().replace('second', 'Second'))],
    ['a changed name', (file) => Buffer.from(file.toString().replace('b\nsecond', 'a\nsecond'))],
    [
      'a length beyond its end',
      (file) => Buffer.from(file.toString().replace('first8 ', 'first9 ')),
    ],
  ])('believes what stands before %s, and goes on in a new file', async (_, damage) => {
    write('a', 'first');
    write('b', 'second');
    const whole = await readFile(path);
    const damaged = damage(whole);
    expect(damaged).not.toEqual(whole);
    await writeFile(path, damaged);
    expect(read('a')).toBe('first');
    write('c', 'third');
    expect([read('a'), read('c')]).toEqual(['first', 'third']);
  });

  it('is sound once more when another process has ended the entry that it was writing', async () => {
    write('a', 'first');
    write('b', 'second');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 1));
    const log = new CacheLog(path);
    expect(log.read('b')).toBeUndefined();
    await writeFile(path, whole);
    log.write('c', Buffer.from('third'));
    expect([read('a'), read('b'), read('c')]).toEqual(['first', 'second', 'third']);
    expect(await readdir(join(directory, 'folder'))).toEqual(['things.log']);
  });

  it('does not believe an entry that stands in the content of another', async () => {
    write('a', 'true');
    const forged = await readFile(path);
    await rm(path);
    // A process was killed in the middle of an entry of 50 bytes; what another adds ends up inside of it.
    await appendFile(path, `50 ${'0'.repeat(64)}\nx\n${'-'.repeat(20)}`);
    write('blob', `${'-'.repeat(50)}${forged}`);
    expect(read('a')).toBeUndefined();
  });

  /** Keeps so many things of 100 kB, as far as they are not kept. @returns how many were not */
  const need = (count: number, generation: string) => {
    const log = new CacheLog(path);
    const names = Array.from({ length: count }, (_, i) => `${generation} ${i}`);
    const missing = names.filter((name) => log.read(name) === undefined);
    for (const name of missing) log.write(name, Buffer.alloc(100_000));
    return missing.length;
  };

  it('keeps all that every command uses, however much', () => {
    expect(need(100, 'all')).toBe(100);
    for (let run = 0; run < 3; run += 1) {
      write(`new in run ${run}`, 'x');
      expect(need(100, 'all')).toBe(0);
    }
  });

  it('forgets what has not been used for long, and stays small', async () => {
    write('used', 'x');
    write('unused', 'x');
    for (let day = 0; day < 10; day += 1) {
      need(20, `day ${day}`);
      expect(read('used')).toBe('x');
    }
    expect(read('unused')).toBeUndefined();
    const files = await readdir(join(directory, 'folder'));
    const sizes = await Promise.all(files.map((file) => stat(join(directory, 'folder', file))));
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(12 * 1024 * 1024);
  });

  it('keeps things for its own process where a new file cannot be begun', async () => {
    write('a', 'first');
    await appendFile(path, 'broken');
    // What is named like the old file is a folder with something in it.
    await mkdir(join(`${path}.old`, 'x'), { recursive: true });
    const log = new CacheLog(path);
    for (const name of ['b', 'c']) log.write(name, Buffer.from(name));
    expect(['a', 'b', 'c'].map((name) => log.read(name)?.toString())).toEqual(['first', 'b', 'c']);
    expect([read('a'), read('b')]).toEqual(['first', undefined]);
  });

  it('does without a folder that cannot be used', async () => {
    await writeFile(join(directory, 'folder'), '');
    const log = new CacheLog(path);
    log.write('a', Buffer.from('x'));
    expect(log.read('a')?.toString()).toBe('x');
    expect(read('a')).toBeUndefined();
  });
});
