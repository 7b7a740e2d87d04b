import { readFile } from 'node:fs/promises';
import type { Material } from './access.ts';

/** Credentials that cannot be had; the message tells why and holds none of them. */
export class CredentialsError extends Error {}

/**
 * Reads a certificate or key.
 *
 * @throws CredentialsError
 */
export async function readMaterial(material: Material | undefined): Promise<Buffer | undefined> {
  if (material === undefined) return undefined;
  return 'data' in material ? material.data : await read(material.file);
}

/**
 * Reads a file with a token, which may end in a line end.
 *
 * @throws CredentialsError
 */
export async function readToken(file: string): Promise<string> {
  return (await read(file)).toString('utf8').trim();
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new CredentialsError(`the file ${file} cannot be read (${code})`);
  }
}
