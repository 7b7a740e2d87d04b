import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { IN_ENGLISH } from '../in-english.ts';
import { UserError } from '../model/errors.ts';

const optionalText = z.nullish(z.string());

const clusterSchema = z.looseObject({
  server: z.string(),
  'certificate-authority': optionalText,
  'certificate-authority-data': optionalText,
  'insecure-skip-tls-verify': z.nullish(z.boolean()),
  'tls-server-name': optionalText,
  'proxy-url': optionalText,
  extensions: z.nullish(z.array(z.looseObject({ name: z.string(), extension: z.json() }))),
});

const execSchema = z.looseObject({
  apiVersion: optionalText,
  command: z.string().check(z.minLength(1)),
  args: z.nullish(z.array(z.string())),
  env: z.nullish(z.array(z.looseObject({ name: z.string(), value: z.string() }))),
  installHint: optionalText,
  provideClusterInfo: z.nullish(z.boolean()),
});

const userSchema = z.looseObject({
  'client-certificate': optionalText,
  'client-certificate-data': optionalText,
  'client-key': optionalText,
  'client-key-data': optionalText,
  token: optionalText,
  tokenFile: optionalText,
  username: optionalText,
  password: optionalText,
  as: optionalText,
  'as-uid': optionalText,
  'as-groups': z.nullish(z.array(z.string())),
  'as-user-extra': z.nullish(z.record(z.string(), z.array(z.string()))),
  'auth-provider': z.nullish(
    z.looseObject({
      name: z.string(),
      config: z.nullish(z.record(z.string(), z.string())),
    }),
  ),
  exec: z.nullish(execSchema),
});

const contextSchema = z.looseObject({ cluster: z.string(), user: optionalText });

/** A kubeconfig, as client-go's `clientcmd/api/v1` writes it; empty lists may be `null`. */
const fileSchema = z.looseObject({
  'current-context': optionalText,
  clusters: z.nullish(z.array(z.looseObject({ name: z.string(), cluster: clusterSchema }))),
  users: z.nullish(z.array(z.looseObject({ name: z.string(), user: z.nullish(userSchema) }))),
  contexts: z.nullish(z.array(z.looseObject({ name: z.string(), context: contextSchema }))),
});

export type FileCluster = z.infer<typeof clusterSchema>;
export type FileUser = z.infer<typeof userSchema>;
export type FileContext = z.infer<typeof contextSchema>;
export type FileExec = z.infer<typeof execSchema>;

/** The entries of one kubeconfig file, by name. */
export interface KubeconfigFile {
  readonly path: string;
  readonly clusters: ReadonlyMap<string, FileCluster>;
  readonly users: ReadonlyMap<string, FileUser>;
  readonly contexts: ReadonlyMap<string, FileContext>;
  /** The context to use where none is named. */
  readonly current: string | undefined;
}

/**
 * Reads one kubeconfig file; undefined where there is none.
 *
 * @throws UserError `broken-kubeconfig`, which says what is wrong and never quotes the file: it may
 *   hold tokens and keys
 */
export function readKubeconfigFile(path: string): KubeconfigFile | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const parsed = fileSchema.safeParse(parse(path, text) ?? {}, IN_ENGLISH);
  if (!parsed.success) throw broken(path, describeIssue(parsed.error));
  const { clusters, users, contexts } = parsed.data;
  return {
    path,
    clusters: byName(path, 'cluster', clusters ?? [], (entry) => entry.cluster),
    users: byName(path, 'user', users ?? [], (entry) => entry.user ?? {}),
    contexts: byName(path, 'context', contexts ?? [], (entry) => entry.context),
    current: parsed.data['current-context'] || undefined,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw broken(path, `it cannot be read (${code})`, error);
  }
}

function parse(path: string, text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  // The parser's own sentence quotes the text it stumbled over.
  const { line, col } = lineCounter.linePos(error.pos[0]);
  const position = { file: path, line, column: col };
  const message = `the kubeconfig is not valid YAML (${error.code})`;
  throw new UserError(message, { code: 'broken-kubeconfig', position });
}

/** zod's own sentences name types, never values. */
function describeIssue(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  const where = issue?.path.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
  );
  return `${where?.join('') ?? ''}: ${issue?.message ?? 'not as expected'}`.replace(/^[.:] ?/, '');
}

function byName<Entry extends { readonly name: string }, Value>(
  path: string,
  what: string,
  entries: readonly Entry[],
  take: (entry: Entry) => Value,
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const entry of entries) {
    if (values.has(entry.name)) throw broken(path, `it defines the ${what} "${entry.name}" twice`);
    values.set(entry.name, take(entry));
  }
  return values;
}

function broken(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`the kubeconfig ${path} is broken: ${why}`, {
    code: 'broken-kubeconfig',
    hint: `see what kubectl makes of it: kubectl config view --kubeconfig ${path}`,
    cause,
  });
}
