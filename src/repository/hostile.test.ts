import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatError, type UserError } from '../model/errors.ts';
import { readSisyphusFile } from './document.ts';
import { readObjectsFile } from './objects.ts';

const DEPLOYMENT = `apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo, labels: &labels {tier: front}}
config:
  env: prod
  image: echo
  service: {ports: {http: {number: 80}}}
  variables: {token: {secretKeyRef: {name: tokens, key: secret}}}
footprint: {east: {replicas: 3}}
`;

const SECRET = `apiVersion: v1
kind: Secret
metadata: {name: tokens}
stringData:
  plain: hunter2
  quoted: "hunter2"
  block: |
    hunter2
  folded: >-
    hunter2
`;

/** Pieces that mean something in YAML, and some that do not. */
const piece = fc.oneof(
  fc.constantFrom(
    ...'\n \t:-?[]{}#&*!|>\'"%@`,<\\\0~0_.',
    '\n  ',
    ': ',
    '- ',
    '<<: ',
    '---\n',
    '\r\n',
    '!!int ',
    '&labels ',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
);

/** A document with a piece in the place of some characters. */
function damaged(document: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(document.length), fc.nat(6), piece)
    .map(([at, length, text]) => document.slice(0, at) + text + document.slice(at + length));
}

/** What is wrong with a text, read as either kind of file. */
function errorsOf(text: string): UserError[] {
  const documents = readSisyphusFile(text, 'f.yaml');
  return [...documents, readObjectsFile(text, 'f.yaml')].flatMap(({ errors }) => errors);
}

test('turns any text into documents or errors with positions in it', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
    damaged(DEPLOYMENT),
  );
  fc.assert(
    fc.property(text, (content) => {
      const lines = content.split('\n').length;
      for (const error of errorsOf(content)) {
        expect(error.position?.line).toBeGreaterThanOrEqual(1);
        expect(error.position?.line).toBeLessThanOrEqual(lines);
        expect(error.position?.column).toBeGreaterThanOrEqual(1);
        expect(error.message).not.toContain('undefined');
      }
    }),
    { numRuns: 500 },
  );
});

test('never tells a secret value, wherever its file is damaged', () => {
  fc.assert(
    fc.property(damaged(SECRET), (text) => {
      const { errors } = readObjectsFile(text, 'f.yaml');
      expect(errors.map(formatError).join('\n')).not.toContain('hunter2');
    }),
    { numRuns: 1_000 },
  );
});
