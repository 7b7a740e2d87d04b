import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../repository/read-files.fixture.ts';
import { checkDatabase, checkProgram } from './check-machine.ts';

const contents = {
  pending: 0,
  objects: 1,
  unreadable: [],
  leases: [],
  repository: 'production',
};

describe('the check of the program', () => {
  it.each([
    ['20.19.0', 'fine'],
    ['22.0.0', 'fine'],
    ['20.18.9', 'failed'],
    ['18.20.0', 'failed'],
  ])('calls Node.js %s %s', (node, verdict) => {
    expect(checkProgram('1.2.3', node)).toMatchObject({
      verdict,
      message: `sisyphus 1.2.3 on Node.js ${node}`,
    });
  });
});

describe('the check of the database', () => {
  it('tells which repository it serves', async () => {
    expect(await checkDatabase({ place: 'a.db', contents }, 'production')).toEqual([
      { area: 'database', verdict: 'fine', message: 'a.db serves production; 1 object is tracked' },
    ]);
  });

  it('fails where it serves another one', async () => {
    expect(await checkDatabase({ place: 'a.db', contents }, 'test')).toMatchObject([
      { verdict: 'failed', message: 'a.db serves production, not test' },
    ]);
  });

  it('leaves migrations to the next command', async () => {
    const old = { ...contents, pending: 2 };
    expect(await checkDatabase({ place: 'a.db', contents: old }, undefined)).toMatchObject([
      {
        verdict: 'fine',
        message: expect.stringContaining('the next command brings it to this version'),
      },
    ]);
  });

  it('fails where the folder of a new one is missing', async () => {
    const folder = await temporaryFolder();
    expect(await checkDatabase({ place: join(folder, 'a.db') }, undefined)).toMatchObject([
      { verdict: 'fine' },
    ]);
    expect(await checkDatabase({ place: join(folder, 'no', 'a.db') }, undefined)).toMatchObject([
      { verdict: 'failed', advice: expect.stringContaining(`make the folder ${folder}/no`) },
    ]);
  });
});
