import { readFile } from 'node:fs/promises';
import { UserError } from '../model/errors.ts';
import type { TlsChoice } from './server-address.ts';

/** PEM texts for Node's TLS. */
interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Reads the files that a URL names.
 * @throws UserError `unreadable-certificate`
 */
export async function readTlsFiles(choice: TlsChoice): Promise<TlsFiles> {
  const { caFile, certificateFile, keyFile } = choice;
  return {
    ...(caFile !== undefined && { ca: await readPem(caFile) }),
    ...(certificateFile !== undefined && { cert: await readPem(certificateFile) }),
    ...(keyFile !== undefined && { key: await readPem(keyFile) }),
  };
}

async function readPem(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, 'cannot be read', cause);
  });
  if (!text.includes('-----BEGIN ')) throw unreadable(path, 'holds no PEM text');
  return text;
}

function unreadable(path: string, what: string, cause?: unknown): UserError {
  return new UserError(`The file ${path}, which the database URL names, ${what}.`, {
    code: 'unreadable-certificate',
    hint: 'Name a file of certificates, or of a key, as PEM.',
    cause,
  });
}
