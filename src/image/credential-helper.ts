import { execFile } from 'node:child_process';
import * as z from 'zod/mini';
import { ServiceError, UserError } from '../model/errors.ts';
import { parseJsonBytes } from './json-bytes.ts';

/** How helpers are run. */
export interface HelperOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

/** What a helper answered: with the user name `<token>` the secret is an identity token. */
export interface HelperAnswer {
  readonly username: string;
  readonly secret: string;
}

const answerSchema = z.looseObject({
  Username: z.string(),
  Secret: z.string().check(z.minLength(1)),
});

/** What every helper prints, by convention of docker-credential-helpers, when it knows no credentials. */
const NOT_FOUND = 'credentials not found in native keychain';
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Asks `docker-credential-NAME get` for the credentials of a server; undefined when it has none.
 * What the helper prints never becomes part of an error.
 *
 * @throws UserError `broken-credential-helper` when it is missing, fails or answers nonsense
 * @throws ServiceError `credential-helper-timeout`
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  options: HelperOptions,
): Promise<HelperAnswer | undefined> {
  // The name comes from a file: it may not lead to a program outside the PATH.
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw brokenHelper(name, 'does not have a proper name');
  const output = await run(`docker-credential-${name}`, server, options);
  if (output === undefined) return undefined;
  const answer = answerSchema.safeParse(parseJsonBytes(Buffer.from(output)));
  if (!answer.success) throw brokenHelper(name, `gave no valid answer for ${server}`);
  return { username: answer.data.Username, secret: answer.data.Secret };
}

function run(program: string, server: string, options: HelperOptions): Promise<string | undefined> {
  const { environment, timeoutMs } = options;
  const limits = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_ANSWER_BYTES,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, ['get'], { ...limits, env: environment }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (stdout.trim() === NOT_FOUND) resolve(undefined);
      else reject(runError(program, server, error, options));
    });
    // A helper may exit without reading; its exit code tells what is wrong.
    child.stdin?.on('error', () => {});
    child.stdin?.end(server);
  });
}

/** The error object itself carries the helper's output, so it is not kept as the cause. */
function runError(
  program: string,
  server: string,
  error: Error & { code?: unknown; killed?: boolean },
  { timeoutMs }: HelperOptions,
): Error {
  const name = program.slice('docker-credential-'.length);
  if (error.code === 'ENOENT') return brokenHelper(name, 'is not on the PATH');
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return brokenHelper(name, `gave no valid answer for ${server}`);
  }
  if (error.killed === true) {
    return new ServiceError(
      `The credential helper ${program} did not answer for ${server} within ${timeoutMs / 1000} s.`,
      { code: 'credential-helper-timeout', hint: hintFor(name) },
    );
  }
  return brokenHelper(name, `failed for ${server} (${String(error.code ?? 'killed')})`);
}

function hintFor(name: string): string {
  return `Run "docker-credential-${name} get" yourself, or take the helper out of credHelpers and credsStore.`;
}

function brokenHelper(name: string, why: string): UserError {
  return new UserError(`The credential helper docker-credential-${name} ${why}.`, {
    code: 'broken-credential-helper',
    hint: hintFor(name),
  });
}
