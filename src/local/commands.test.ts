import { describe, expect, it } from 'vitest';
import { parseReference } from '../image/reference.ts';
import { containerCommand, processCommand, pullArguments } from './commands.ts';
import { localRunsForTests } from './fixture.ts';
import type { Environment } from './local-ports.ts';
import { formatCommand } from './shell.ts';

const planOf = localRunsForTests();

const digest = `sha256:${'1'.repeat(64)}`;

const application = `Application(
        args = ["--port", Port("http"), "--verbose", True, {"prod": "gone"}, {"dev": "good morning"},
            "--key", FileVariable("google-credentials", path = "/etc/google/key.json")],
        env = {"TOKEN": StringVariable("secret-token"), "ADMIN": Port("admin", 9000), "A": 1,
            "KEY": FileVariable("google-credentials", path = "/etc/google/key.json")},
    )`;

async function onThisMachine(environment?: Environment, extra: string[] = []): Promise<string> {
  return formatCommand(processCommand(await planOf(application, environment), './echo', extra));
}

async function inContainer(
  image: string,
  options: Partial<Parameters<typeof containerCommand>[1]> = {},
): Promise<string> {
  const reference = parseReference(`${image}@${digest}`);
  const defaults = { engine: 'podman', image: reference, tty: false, extraArgs: [] } as const;
  const command = containerCommand(await planOf(application), { ...defaults, ...options });
  return formatCommand(command).replaceAll(digest, 'DIGEST');
}

describe('on this machine', () => {
  it('a program gets its arguments and environment, and files by their path here', async () => {
    expect(await onThisMachine()).toBe(`A=1 \\
ADMIN=9000 \\
KEY="$GOOGLE_CREDENTIALS" \\
TOKEN="$SECRET_TOKEN" \\
./echo --port 8080 --verbose true 'good morning' --key "$GOOGLE_CREDENTIALS"`);
  });

  it('a program gets further arguments after its own', async () => {
    expect(await onThisMachine({}, ['--more', 'a b'])).toMatch(/CREDENTIALS" --more 'a b'$/);
  });

  it('a program gets ports of the environment', async () => {
    const shown = await onThisMachine({ PORT_HTTP: '3000', PORT_ADMIN: '3001' });
    expect(shown).toContain('ADMIN=3001');
    expect(shown).toContain('--port 3000');
  });
});

describe('in a container', () => {
  it('a program gets its ports published, its files mounted, and its secrets by name only', async () => {
    expect(await inContainer('registry.example/team/echo')).toBe(`TOKEN="$SECRET_TOKEN" \\
${[
  'podman run --rm --interactive --publish 9000:9000/tcp --publish 8080:8080/tcp',
  '--env A=1 --env ADMIN=9000 --env KEY=/etc/google/key.json --env TOKEN',
  `--mount "type=bind,source=\${GOOGLE_CREDENTIALS},target=/etc/google/key.json,readonly"`,
  'registry.example/team/echo@DIGEST',
  "--port 8080 --verbose true 'good morning' --key /etc/google/key.json",
].join(' ')}`);
  });

  it('a program gets a terminal where there is one, and a name to end it by', async () => {
    const shown = await inContainer('alpine', { tty: true, name: 'x', extraArgs: ['-v'] });
    expect(shown).toContain('podman run --rm --interactive --tty --name x --publish');
    expect(shown).toMatch(/ docker.io\/library\/alpine@DIGEST .* -v$/);
  });

  it('Podman is told of registries without TLS; Docker knows them itself', async () => {
    expect(await inContainer('http://registry.example:5000/echo')).toContain(
      ' --tls-verify=false --publish',
    );
    expect(await inContainer('127.0.0.1:5000/echo')).toContain(' --tls-verify=false ');
    expect(await inContainer('https://127.0.0.1:5000/echo')).not.toContain('--tls-verify');
    const docker = await inContainer('127.0.0.1:5000/echo', { engine: 'docker' });
    expect(docker).toContain('docker run --rm --interactive --publish');
    const image = parseReference('127.0.0.1:5000/echo:1');
    expect(pullArguments('podman', image)).toEqual([
      ...['pull', '--tls-verify=false', '127.0.0.1:5000/echo:1'],
    ]);
    expect(pullArguments('docker', image)).toEqual(['pull', '127.0.0.1:5000/echo:1']);
  });
});
