import { homedir } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { recoveryPath } from './recovery-path.ts';

const SERVER = { host: 'db.example', port: 5432, database: 'state' };

describe('the recovery file', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is beside the file of a database', () => {
    expect(recoveryPath({ path: '/srv/state.db' })).toBe('/srv/state.db.recovery.jsonl');
    expect(recoveryPath({ path: 'state.db' })).toBe(`${process.cwd()}/state.db.recovery.jsonl`);
  });

  it("is in the user's folder for a database on a server", () => {
    vi.stubEnv('XDG_STATE_HOME', '');
    expect(recoveryPath(SERVER)).toMatch(
      new RegExp(`^${homedir()}/.local/state/sisyphus/[0-9a-f]{16}\\.recovery\\.jsonl$`),
    );
    vi.stubEnv('XDG_STATE_HOME', '/state');
    expect(recoveryPath(SERVER)).toMatch(/^\/state\/sisyphus\/[0-9a-f]{16}\.recovery\.jsonl$/);
  });

  it('is another one for each database', () => {
    const others = [
      SERVER,
      { ...SERVER, host: 'db2.example' },
      { ...SERVER, port: 5433 },
      { ...SERVER, database: 'other' },
    ];
    expect(new Set(others.map(recoveryPath)).size).toBe(others.length);
    expect(recoveryPath({ ...SERVER })).toBe(recoveryPath(SERVER));
  });
});
