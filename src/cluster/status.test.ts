import { describe, expect, it } from 'vitest';
import { isLostUpdate, isPassing, isUnknownType, readStatus } from './status.ts';

describe('a status', () => {
  it('may pass where the server is busy or in trouble', () => {
    for (const code of [429, 500, 502, 503, 504]) {
      expect(isPassing(readStatus(code, undefined))).toBe(true);
    }
    for (const code of [400, 403, 404, 409, 422, 501]) {
      expect(isPassing(readStatus(code, undefined))).toBe(false);
    }
  });

  it('stays where a manifest does not fit its schema, though the server says 500', () => {
    const message =
      'failed to create typed patch object (a/b; v1, Kind=X): .foo: field not declared in schema';
    expect(isPassing(readStatus(500, { message }))).toBe(false);
  });

  it('tells a type that is not served from an object that does not exist', () => {
    expect(isUnknownType(readStatus(404, undefined))).toBe(true);
    expect(isUnknownType(readStatus(404, { reason: 'NotFound', details: {} }))).toBe(true);
    expect(isUnknownType(readStatus(404, { details: { name: 'a', kind: 'pods' } }))).toBe(false);
    expect(isUnknownType(readStatus(403, undefined))).toBe(false);
  });

  it('tells a lost update from a field that somebody owns and from a name that is taken', () => {
    const conflict = (causes: object[]) =>
      readStatus(409, { reason: 'Conflict', details: { causes } });
    expect(isLostUpdate(conflict([]))).toBe(true);
    expect(
      isLostUpdate(conflict([{ reason: 'FieldManagerConflict', message: '', field: '' }])),
    ).toBe(false);
    expect(isLostUpdate(readStatus(409, { reason: 'AlreadyExists' }))).toBe(false);
  });
});
