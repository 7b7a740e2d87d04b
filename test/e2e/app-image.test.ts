import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildExample, examplePrograms, pushExample } from '../bed/example.ts';
import { freePort } from '../bed/free-port.ts';
import { openPodman, type Podman } from '../bed/podman.ts';
import { type Registry, startRegistry } from '../bed/registry.ts';
import { Laptop, type Started } from './laptop.ts';

const root = join(import.meta.dirname, '../..');

let podman: Podman;
let registry: Registry;

beforeAll(async () => {
  podman = await openPodman();
  registry = await startRegistry({ auth: 'basic' });
  const binaries = await buildExample();
  for (const program of examplePrograms)
    await pushExample(program, { folder: root, binaries, registry });
});

afterAll(async () => {
  await podman?.stop();
  await registry?.stop();
});

/** A developer who is logged in to the registry. */
async function openLaptop(password = registry.password): Promise<Laptop> {
  const laptop = await Laptop.open();
  const auth = Buffer.from(`${registry.username}:${password}`).toString('base64');
  await mkdir(join(laptop.folder, '.docker'));
  await laptop.write(
    '.docker/config.json',
    JSON.stringify({ auths: { [registry.host]: { auth } } }),
  );
  return laptop;
}

function runImage(program: string, ...args: string[]): string[] {
  return ['run-image', '--image', `${registry.host}/example/${program}_config:latest`, ...args];
}

/** Starts the example's server and waits for its answer. */
async function startEcho(laptop: Laptop): Promise<{ echo: Started; url: string }> {
  const port = await freePort();
  const env = { ...podman.env, PORT_HTTP: String(port), REPORT_TOKEN: 'hunter2' };
  const echo = laptop.start(runImage('echo', '--namespace', 'shop'), env);
  const url = `http://127.0.0.1:${port}`;
  const answer = () => fetch(`${url}/ada`).then((got) => got.text());
  await expect.poll(answer, { timeout: 20_000 }).toBe('Good morning ada, this is shop\n');
  return { echo, url };
}

describe('app run-image', () => {
  it('runs images of a registry with a password: ports, secrets, files, exit codes', async () => {
    const laptop = await openLaptop();
    const { echo, url } = await startEcho(laptop);
    await laptop.write('token', 'hunter2');
    const env = { ...podman.env, REPORT_TOKEN: 'token' };
    expect(await laptop.app(runImage('report', '--', '--url', `${url}/count`), env)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^greetings: [1-9]/),
    });
    await laptop.write('token', 'wrong');
    expect(await laptop.app(runImage('report', '--', '--url', `${url}/count`), env)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the token is missing or wrong'),
    });
    process.kill(echo.pid, 'SIGINT');
    // What Go gives for a signal where it is the first process.
    expect(await echo.ended).toBe(2);
    expect(await podman.containers()).toEqual([]);
  });

  it('runs what config build made and config push brought to a registry with a password', async () => {
    const laptop = await openLaptop();
    const { echo, url } = await startEcho(laptop);
    const config = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await laptop.run(['config', ...args]);
      expect({ args, exitCode, said: exitCode === 0 ? '' : stderr }).toMatchObject({ exitCode: 0 });
      return stdout;
    };
    const pushed = `${registry.host}/example/report_config:latest`;
    const inspected = await config('inspect', pushed, '--output', 'json');
    const { binary } = JSON.parse(inspected.split('\n')[0] ?? '');
    const ofBinary = ['--binary', `${binary.repository}@${binary.digest}`];
    const entry = ['--entrypoint', 'example/report/report.star'];
    const digest = await config('build', root, ...entry, ...ofBinary, '-o', 'report.tar');
    const built = `${registry.host}/built/report_config`;
    expect(await config('push', 'report.tar', built)).toBe(`${built}@${digest}`);

    await laptop.write('token', 'hunter2');
    const env = { ...podman.env, REPORT_TOKEN: 'token' };
    const args = ['run-image', '--image', built, '--', '--url', `${url}/count`];
    expect(await laptop.app(args, env)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^greetings: [1-9]/),
    });
    process.kill(echo.pid, 'SIGINT');
    await echo.ended;
  });

  it.each([
    ['when it is killed', 1],
    ['when its whole process group is killed', -1],
  ])('leaves no container behind %s', async (_, who) => {
    const { echo } = await startEcho(await openLaptop());
    expect(await podman.containers()).toHaveLength(1);
    process.kill(who * echo.pid, 'SIGKILL');
    await expect.poll(() => podman.containers(), { timeout: 30_000 }).toEqual([]);
  });

  it('prints a command with no secret in it', async () => {
    const laptop = await openLaptop();
    const env = { ...podman.env, REPORT_TOKEN: 'token' };
    const { stdout } = await laptop.app(runImage('report', '--print', '--', '-x'), env);
    expect(stdout.replaceAll(registry.host, 'HOST').replace(/sha256:\w+/, 'DIGEST')).toBe(
      [
        'podman run --rm --interactive --tls-verify=false',
        `--mount "type=bind,source=\${REPORT_TOKEN},target=/etc/report/token,readonly"`,
        'HOST/example/report@DIGEST',
        '--url http://localhost:8080/count --token-file /etc/report/token -x',
      ].join(' '),
    );
  });

  it('says what is missing before it pulls anything', async () => {
    const laptop = await openLaptop();
    expect(await laptop.app(runImage('report'), { ...podman.env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("export REPORT_TOKEN='/path/to/file'"),
    });
    const stranger = await openLaptop('wrong');
    expect(await stranger.app(runImage('report'), { ...podman.env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/unauthorized|401/i),
    });
  });
});
