import { describe, expect, it } from 'vitest';
import { formatError, type SisyphusError } from '../model/errors.ts';
import { localRunsForTests } from './fixture.ts';
import type { Environment } from './local-ports.ts';
import { missingVariables, unsetVariables } from './missing.ts';

const planOf = localRunsForTests();

async function ports(values: string, environment: Environment = {}): Promise<string> {
  const { ports } = await planOf(`Application(args = [${values}])`, environment);
  return ports.map(({ name, number, protocol }) => `${name} ${number}/${protocol}`).join(', ');
}

async function complaint(work: Promise<unknown>): Promise<string> {
  return formatError((await work.catch((error: unknown) => error)) as SisyphusError);
}

describe('ports', () => {
  it('have the numbers that they have in a cluster', async () => {
    expect(await ports('Port("web"), Port("admin"), Port("x", 8081, protocol = "UDP")')).toBe(
      'admin 8080/TCP, web 8082/TCP, x 8081/UDP',
    );
  });

  it('take a number from the environment, and nobody else is moved', async () => {
    const two = 'Port("admin"), Port("my-web"), Port("admin")';
    expect(await ports(two, { PORT_ADMIN: '9000' })).toBe('admin 9000/TCP, my-web 8081/TCP');
    expect(await ports(two, { PORT_MY_WEB: '9000', PORT_ADMIN: '' })).toBe(
      'admin 8080/TCP, my-web 9000/TCP',
    );
    expect(await ports('Port("web", 80)', { PORT_WEB: '8000' })).toBe('web 8000/TCP');
  });

  it('make room for a number of the environment where they can', async () => {
    expect(await ports('Port("a"), Port("b")', { PORT_A: '8081' })).toBe('a 8081/TCP, b 8080/TCP');
    expect(await complaint(ports('Port("a"), Port("b", 80)', { PORT_A: '80' }))).toContain(
      'port number 80 has two names, "a" and "b"',
    );
  });

  it('refuse what is no port number', async () => {
    for (const text of ['http', '0', '65536', '80 ', '-1', 'tcp://10.0.0.1:80']) {
      expect(await complaint(ports('Port("a")', { PORT_A: text }))).toBe(
        `PORT_A is "${text}"\n  hint: expected a port number from 1 to 65535`,
      );
    }
  });
});

describe('what is missing', () => {
  it('is listed at once, each variable once, with lines to paste', async () => {
    const { needed } = await planOf(`Application(
        args = [FileVariable("google-credentials", "/etc/g/k"), FileVariable("other.key", "/etc/o/k")],
        env = {
            "A": StringVariable("secret-token"),
            "B": StringVariable("secret-token"),
            "C": StringVariable("has-value"),
            "D": StringVariable("is-empty"),
        },
    )`);
    const missing = unsetVariables(needed, { OTHER_KEY: '', HAS_VALUE: 'x', IS_EMPTY: '' });
    expect(formatError(missingVariables(missing))).toBe(
      `the program needs 3 variables that your environment does not have
  GOOGLE_CREDENTIALS is not set: the path of a file for FileVariable("google-credentials") at app.star:3:17
  OTHER_KEY is not set: the path of a file for FileVariable("other.key") at app.star:3:65
  SECRET_TOKEN is not set: StringVariable("secret-token") at app.star:5:18
  ${''}
  export GOOGLE_CREDENTIALS='/path/to/file'
  export OTHER_KEY='/path/to/file'
  export SECRET_TOKEN='...'
  hint: put values into the export lines, paste them into your shell, and try again`,
    );
  });
});

it('refuses two variables for one file, and texts that no process can take', async () => {
  const clash =
    'Application(args = [FileVariable("a", "/etc/x/k"), FileVariable("b", "/etc/x/k")])';
  expect(await complaint(planOf(clash))).toContain('A and B both want the file /etc/x/k');
  expect(await complaint(planOf('Application(args = ["a\\0b"])'))).toContain('a NUL character');
  expect(await complaint(planOf('Application(env = {"A=B": "c"})'))).toBe(
    'env: "A=B" cannot be the name of a variable',
  );
});
