import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../model/errors.ts';
import {
  formatReference,
  parseReference,
  parseRepository,
  registryUrl,
  withDigest,
} from './reference.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

function errorOf(text: string): UserError {
  try {
    parseReference(text);
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error(`"${text}" was accepted`);
}

describe('parseReference', () => {
  it.each([
    ['registry.example/team/app', 'registry.example/team/app:latest'],
    ['registry.example/team/app:v1.2', 'registry.example/team/app:v1.2'],
    ['registry.example:5000/app:v1', 'registry.example:5000/app:v1'],
    [`registry.example/app@${DIGEST}`, `registry.example/app@${DIGEST}`],
    [`registry.example/app:v1@${DIGEST}`, `registry.example/app@${DIGEST}`],
    ['https://host/app', 'host/app:latest'],
    ['Registry.Example/app', 'registry.example/app:latest'],
    ['registry.example/a/b--c/d__e/f.g', 'registry.example/a/b--c/d__e/f.g:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['index.docker.io/team/app', 'docker.io/team/app:latest'],
    ['team/app', 'docker.io/team/app:latest'],
  ])('reads %s as %s', (text, canonical) => {
    expect(formatReference(parseReference(text))).toBe(canonical);
  });

  it.each([
    ['registry.example/app', false],
    ['http://registry.example/app', true],
    ['https://registry.example/app', false],
    ['localhost:5000/app', true],
    ['https://localhost:5000/app', false],
    ['127.0.0.1:5000/app', true],
    ['127.8.9.1/app', true],
    ['[::1]/app', true],
    ['127.0.0.1.example/app', false],
    ['alpine', false],
  ])('takes %s as insecure: %s', (text, insecure) => {
    expect(parseReference(text).insecure).toBe(insecure);
  });

  it.each([
    ['', 'a part of the repository is empty|it has no repository'],
    ['registry.example/Team/app', '"Team" cannot be part of a repository'],
    ['registry.example/team//app', 'a part of the repository is empty'],
    ['registry.example/', 'it has no repository'],
    ['http://registry.example', 'it has no repository'],
    ['ftp://registry.example/app', 'the scheme "ftp" is not http or https'],
    ['registry.example/app:', '"" is not a tag'],
    ['registry.example/app:-x', '"-x" is not a tag'],
    [`registry.example/app:${'x'.repeat(129)}`, 'is not a tag'],
    ['registry.example/app@sha256:abc', '"sha256:abc" is not a digest'],
    [`registry.example/app@${DIGEST.toUpperCase()}`, 'is not a digest'],
    [`registry.example/app@md5:${'0'.repeat(32)}`, 'is not a digest'],
    ['registry.example:99999/app', '"registry.example:99999" is not a host'],
    ['registry.example:/app', '"registry.example:" is not a host'],
    ['-x.example/app', '"-x.example" is not a host'],
    ['[::zz]/app', '"[::zz]" is not a host'],
    [`registry.example/${'a/'.repeat(130)}a`, 'longer than 255 characters'],
    [`registry.example/${'a'.repeat(2000)}`, 'longer than 1024 characters'],
    [' alpine', 'cannot be part of a repository'],
    ['../../etc/passwd', 'is not a host'],
  ])('refuses "%s" and says what is wrong', (text, why) => {
    const error = errorOf(text);
    expect(error.code).toBe('invalid-image-reference');
    expect(error.message).toMatch(new RegExp(why.replaceAll(/[[\]().]/g, '\\$&')));
    expect(error.hint).toBeTruthy();
  });

  it('does not repeat a password that stands in the address', () => {
    const error = errorOf('https://user:hunter2@registry.example/app');
    expect(error.message).toContain('may not carry a user or password');
    expect(error.message).not.toContain('hunter2');
  });

  it('reads back what it prints', () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
    const repository = fc.array(component, { minLength: 1, maxLength: 4 });
    const suffix = fc.oneof(
      fc.stringMatching(/^:[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
      fc.constant(`@${DIGEST}`),
    );
    fc.assert(
      fc.property(repository, suffix, (path, end) => {
        const reference = parseReference(`registry.example:5000/${path.join('/')}${end}`);
        expect(parseReference(formatReference(reference))).toEqual(reference);
      }),
    );
  });
});

describe('parseRepository', () => {
  it('takes a name without tag and digest only', () => {
    expect(parseRepository('registry.example/app').repository).toBe('app');
    expect(() => parseRepository('registry.example/app:v1')).toThrow('":v1" is too much');
  });
});

describe('withDigest', () => {
  it('keeps the registry and drops the tag', () => {
    const pinned = withDigest(parseReference('http://registry.example/app:v1'), DIGEST);
    expect(formatReference(pinned)).toBe(`registry.example/app@${DIGEST}`);
    expect(pinned.insecure).toBe(true);
    expect(pinned).not.toHaveProperty('tag');
  });
});

describe('registryUrl', () => {
  it('knows where Docker Hub serves its API', () => {
    expect(registryUrl(parseReference('alpine')).href).toBe('https://registry-1.docker.io/');
    expect(registryUrl(parseReference('localhost:5000/app')).href).toBe('http://localhost:5000/');
  });
});
