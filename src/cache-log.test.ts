import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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
    write('a', 'second\n{"name":"b"}\n');
    expect([read('a'), read('b')]).toEqual(['second\n{"name":"b"}\n', '']);
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
    ['half a header', (file) => Buffer.concat([file, Buffer.from('{"name"')])],
    ['a changed byte', (file) => Buffer.from(file.toString().replace('second', 'Second'))],
    ['a changed name', (file) => Buffer.from(file.toString().replace('"b"', '"a"'))],
    [
      'a length beyond its end',
      (file) => Buffer.concat([file, Buffer.from('{"name":"c","bytes":9e9}\n')]),
    ],
  ])('believes what stands before %s, and goes on in a new file', async (_, damage) => {
    write('a', 'first');
    write('b', 'second');
    await writeFile(path, damage(await readFile(path)));
    expect(read('a')).toBe('first');
    write('c', 'third');
    expect([read('a'), read('c')]).toEqual(['first', 'third']);
  });

  it('does not believe an entry that stands in the content of another', async () => {
    write('a', 'true');
    const forged = await readFile(path);
    await rm(path);
    // A process was killed in the middle of an entry; what another adds then ends up inside of it.
    await appendFile(path, '{"name":"x","bytes":20,"sha256":""}\nhalf');
    await appendFile(path, Buffer.concat([Buffer.from(`${'-'.repeat(16)}`), forged]));
    expect(read('a')).toBeUndefined();
  });

  it('forgets what has not been used for long, and stays small', async () => {
    write('used', 'x');
    write('unused', 'x');
    for (let i = 0; i < 20; i += 1) {
      const log = new CacheLog(path);
      log.write(`large ${i}`, Buffer.alloc(1024 * 1024));
      expect(log.read('used')?.toString()).toBe('x');
    }
    expect(read('unused')).toBeUndefined();
    const files = await readdir(join(directory, 'folder'));
    const sizes = await Promise.all(files.map((file) => stat(join(directory, 'folder', file))));
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(20 * 1024 * 1024);
  });

  it('does without a folder that cannot be used', async () => {
    await writeFile(join(directory, 'folder'), '');
    const log = new CacheLog(path);
    log.write('a', Buffer.from('x'));
    expect(log.read('a')?.toString()).toBe('x');
    expect(read('a')).toBeUndefined();
  });
});
