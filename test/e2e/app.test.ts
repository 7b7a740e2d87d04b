import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { buildExample } from '../bed/example.ts';
import { freePort } from '../bed/free-port.ts';
import { Laptop, type Started } from './laptop.ts';

const root = join(import.meta.dirname, '../..');

const runApp = ['run-config', '--config', 'app.star', '--binary', './app'];

/** A program that returns this Application. */
function returning(application: string): string {
  return `def main(ctx):\n    return ${application}\n`;
}

/** Says everything that a test may want to know of a process. */
const tellAll = `#!/usr/bin/env node
console.log(JSON.stringify([process.argv.slice(2), process.env.TOKEN, process.env.INHERITED]));
process.exitCode = 7;
`;

/** Counts its signals; a line of input ends it, with the number as exit code. */
const countSignals = `#!/usr/bin/env node
let count = 0;
for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM']) {
  process.on(signal, () => { count += 1; console.log('got ' + signal + ' ' + count); });
}
process.stdin.on('data', () => process.exit(count));
console.log('terminal: ' + process.stdin.isTTY + ' ' + process.stdout.isTTY);
console.log('ready');
`;

/** Says when it begins and ends, with its first argument. */
const greet = `#!/usr/bin/env node
process.on('SIGTERM', () => { console.log('end of ' + process.argv[2]); process.exit(); });
console.log('begin of ' + process.argv[2]);
if (process.argv[2] === 'short') process.exit(3);
setInterval(() => {}, 1_000_000);
`;

/** The process that another one started and that runs a program of this name. */
async function childOf(parent: number, name: string): Promise<number> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  for (const child of children.trim().split(' ')) {
    const program = await readFile(`/proc/${child}/comm`, 'utf8');
    if (program.trim() === name) return Number(child);
  }
  throw new Error(`${parent} has no child ${name}`);
}

async function withProgram(binary: string, application = 'Application()'): Promise<Laptop> {
  const laptop = await Laptop.open();
  await laptop.write('app.star', returning(application));
  await laptop.write('app', binary);
  return laptop;
}

describe('app run-config', () => {
  it('runs a binary with arguments, environment and exit code of its own', async () => {
    const application = `Application(
        args = [ctx.name(), ctx.namespace(), ctx.cluster(), ctx.environment(), Port("web"),
            {"test": "t", "dev": "d"}, FileVariable("key", path = "/etc/app/key")],
        env = {"TOKEN": StringVariable("secret-token")},
    )`;
    const laptop = await withProgram(tellAll, application);
    const place = ['--namespace', 'shop', '--cluster', 'east', '--environment', 'test'];
    const env = { SECRET_TOKEN: "it's", KEY: 'app.star', PORT_WEB: '3000', INHERITED: 'yes' };
    const { exitCode, stdout } = await laptop.app(
      [...runApp, ...place, '--', '--help', 'a b'],
      env,
    );
    expect(JSON.parse(stdout)).toEqual([
      ['local-app', 'shop', 'east', 'test', '3000', 't', 'app.star', '--help', 'a b'],
      "it's",
      'yes',
    ]);
    expect(exitCode).toBe(7);
  });

  it('prints a command that does the same, and no secret', async () => {
    const application = 'Application(args = ["a b"], env = {"TOKEN": StringVariable("token")})';
    const laptop = await withProgram(tellAll, application);
    const env = { TOKEN: 'hunter2' };
    const { exitCode, stdout, stderr } = await laptop.app([...runApp, '--print'], env);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`TOKEN="$TOKEN" \\\n${join(laptop.folder, 'app')} 'a b'`);
    const run = await execa('sh', ['-c', stdout], { env, reject: false });
    expect([JSON.parse(run.stdout)[1], run.exitCode]).toEqual(['hunter2', 7]);
    const without = await laptop.app([...runApp, '--print']);
    expect(without).toMatchObject({ exitCode: 0, stdout });
    expect(without.stderr).toContain("export TOKEN='...'");
  });

  it('lists all that is missing at once, and shows no value', async () => {
    const laptop = await withProgram(
      tellAll,
      `Application(
        args = [FileVariable("key", path = "/etc/app/key"), FileVariable("other", path = "/etc/app/o")],
        env = {"A": StringVariable("secret-token"), "B": StringVariable("has-one")},
    )`,
    );
    const { exitCode, stdout, stderr } = await laptop.app(runApp, { KEY: 'hunter2', HAS_ONE: 'x' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.match(/export .*=.*/g)).toEqual([
      "export OTHER='/path/to/file'",
      "export SECRET_TOKEN='...'",
      "export KEY='/path/to/file'",
    ]);
    expect(stderr).not.toContain('hunter2');
  });

  it('says what is wrong with program, binary and command line', async () => {
    const laptop = await withProgram(tellAll, 'Application(args = [ctx.namespace()])');
    expect((await laptop.app(runApp)).stderr).toContain(
      'app.star:2:32: ctx.namespace() has no value here',
    );
    expect((await laptop.app(runApp)).stderr).toContain('hint: give it a value with --namespace');
    await laptop.write('app.star', 'load("//lib/x.star", "x")');
    expect((await laptop.app(runApp)).stderr).toContain(
      `hint: // in load statements stands for ${laptop.folder}; name another`,
    );
    await laptop.write('app.star', returning('Application()'));
    const gone = ['run-config', '--config', 'app.star', '--binary', './gone'];
    expect(await laptop.app(gone)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('there is no such file'),
    });
    expect(await laptop.app(['run-config', '--config', 'app.star'])).toMatchObject({ exitCode: 2 });
  });

  it('runs the example, on a port of choice', async () => {
    const laptop = await Laptop.open();
    const port = await freePort();
    const config = join(root, 'example/echo/echo.star');
    const binary = join(await buildExample(), 'echo');
    const echo = laptop.start(
      [
        'run-config',
        '--config',
        config,
        '--config-root',
        root,
        '--binary',
        binary,
        '--namespace',
        'x',
      ],
      { PORT_HTTP: String(port), REPORT_TOKEN: 'a' },
    );
    const answer = () => fetch(`http://127.0.0.1:${port}/ada`).then((got) => got.text());
    await expect.poll(answer, { timeout: 20_000 }).toBe('Good morning ada, this is x\n');
    process.kill(echo.pid, 'SIGTERM');
    expect(await echo.ended).toBe(128 + 15);
  });
});

describe('a signal', () => {
  const toProcess = ({ pid }: Started, signal: string) => process.kill(pid, signal);
  const toGroup = ({ pid }: Started, signal: string) => process.kill(-pid, signal);

  it.each([
    ['to one process', toProcess],
    ['to the whole process group', toGroup],
  ])('%s reaches the program exactly once', async (_, send) => {
    const laptop = await withProgram(countSignals);
    const program = laptop.start(runApp);
    await program.until('ready');
    for (const [i, signal] of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGINT'].entries()) {
      send(program, signal);
      await program.until(`got ${signal} ${i + 1}`);
    }
    program.write('end\n');
    expect(await program.ended).toBe(5);
  });

  it('of the terminal reaches the program exactly once, and the terminal stays one', async () => {
    const laptop = await withProgram(countSignals);
    // Without exec the shell in between would take the signals as meant for itself.
    const terminal = (command: string) => [
      ...['script', '--quiet', '--return', '--command', `exec ${command}`, '/dev/null'],
    ];
    const program = laptop.start(runApp, {}, terminal);
    await program.until('ready');
    expect(program.output()).toContain('terminal: true true');
    program.write('\x03');
    await program.until('got SIGINT 1');
    program.write('\x03');
    await program.until('got SIGINT 2');
    program.write('end\n');
    expect(await program.ended).toBe(2);
  });

  it('to the whole process group reaches the program exactly once on a busy machine, too', async () => {
    const laptop = await withProgram(countSignals);
    const program = laptop.start(runApp);
    await program.until('ready');
    const witness = await childOf(program.pid, 'sh');
    process.kill(witness, 'SIGSTOP');
    for (const count of [1, 2]) {
      toGroup(program, 'SIGINT');
      await program.until(`got SIGINT ${count}`);
    }
    process.kill(witness, 'SIGCONT');
    toProcess(program, 'SIGTERM');
    await program.until('got SIGTERM 3');
    program.write('end\n');
    expect(await program.ended).toBe(3);
  });

  it('that ends the program gives 128 and its number', async () => {
    const laptop = await withProgram('#!/bin/sh\nkill -KILL $$\n');
    expect((await laptop.app(runApp)).exitCode).toBe(128 + 9);
  });

  it('that kills sisyphus itself ends the program, too', async () => {
    const laptop = await withProgram(greet);
    const program = laptop.start([...runApp, '--', 'one']);
    await program.until('begin of one');
    toProcess(program, 'SIGKILL');
    await program.until('end of one');
  });
});

describe('app run-config --watch', () => {
  it('restarts for another program or binary, and not for a broken or an equal one', async () => {
    const laptop = await withProgram(greet);
    await laptop.write('word.star', 'WORD = "one"');
    await laptop.write(
      'app.star',
      `load("word.star", "WORD")\n${returning('Application(args = [WORD])')}`,
    );
    const program = laptop.start([...runApp, '--watch']);
    await program.until('begin of one');
    await laptop.write('word.star', 'WORD = "two"');
    await program.until('end of one');
    await program.until('begin of two');
    await laptop.write('word.star', 'WORD = ');
    await program.until('word.star:1:');
    await program.until('the old process keeps running');
    await laptop.write('word.star', '# nothing else\nWORD = "two"');
    await laptop.write('app', greet.replace('begin of', 'new begin of'));
    await program.until('new begin of two');
    expect(program.output().match(/begin of two/g)).toHaveLength(2);
    process.kill(program.pid, 'SIGINT');
    expect(await program.ended).toBe(128 + 2);
  });

  it('waits for a change where nothing runs', async () => {
    const laptop = await withProgram(greet, 'Application(args = ["short"])');
    await unlink(join(laptop.folder, 'app.star'));
    const program = laptop.start([...runApp, '--watch']);
    await program.until('waiting for a change');
    await laptop.write('app.star', returning('Application(args = ["short"])'));
    await program.until('ended with 3; waiting for a change');
    await laptop.write('app.star', returning('Application(args = ["long"])'));
    await program.until('begin of long');
    process.kill(program.pid, 'SIGTERM');
    expect(await program.ended).toBe(0);
  });
});
