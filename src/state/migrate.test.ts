import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET_MASK } from '../model/desired.ts';
import { InternalError, UserError } from '../model/errors.ts';
import { originals } from './original.fixture.ts';
import { databases, type TestDatabase } from './test-databases.ts';

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined).catch((error: unknown) => error);
}

for (const { name, make } of databases) {
  const original = originals[name];

  describe(`${name}: opening`, () => {
    let database: TestDatabase;

    beforeEach(async () => {
      database = await make();
    });

    afterEach(() => database.remove());

    describe('migrations', () => {
      it('make the tables of a new database', async () => {
        const state = await database.open();
        expect(await state.objects()).toEqual([]);
        expect(await state.pauses()).toEqual([]);
        expect(await state.repository()).toBeUndefined();
        expect(await database.read('SELECT * FROM object_history')).toEqual([]);
      });

      it('run once', async () => {
        await (await database.open()).close();
        const done = await database.read('SELECT * FROM sisyphus_migrations');
        await (await database.open()).close();
        expect(done.length).toBeGreaterThan(0);
        expect(await database.read('SELECT * FROM sisyphus_migrations')).toEqual(done);
      });

      it('complete work that was cut off half done', async () => {
        await (await database.open()).close();
        await database.run('DELETE FROM sisyphus_migrations');
        await database.run('DROP TABLE sisyphus_journal');
        const state = await database.open();
        expect(await state.inFlight()).toEqual([]);
        expect(await state.objects()).toEqual([]);
      });

      it('refuse a database that a newer version wrote', async () => {
        await (await database.open()).close();
        await database.run("INSERT INTO sisyphus_migrations VALUES ('9999-later', '2099-01-01')");
        const error = await failure(database.open());
        expect(error).toBeInstanceOf(UserError);
        expect(error).toMatchObject({ code: 'database-too-new' });
      });

      it("refuse a newer database that also lacks one of this version's steps", async () => {
        await (await database.open()).close();
        await database.run(
          "UPDATE sisyphus_migrations SET name = '9999-later' WHERE name LIKE '0004%'",
        );
        expect(await failure(database.open())).toMatchObject({ code: 'database-too-new' });
      });
    });

    if (original === undefined) return;
    describe('a database of the Original', () => {
      it('keeps what it has when a migration fails', async () => {
        await database.run(original);
        await database.run(
          'DROP TABLE object_history; CREATE VIEW object_history AS SELECT 1 AS kind;',
        );
        expect(await failure(database.open())).toBeInstanceOf(InternalError);
        const [row] = await database.read('SELECT * FROM kubernetes_objects');
        expect(row).not.toHaveProperty('sent');
        await database.run('DROP VIEW object_history');
        expect(await (await database.open()).objects()).toHaveLength(2);
      });

      it('keeps its objects, whose provenance is unknown', async () => {
        await database.run(original);
        const objects = await (await database.open()).objects();
        const till = objects.find(({ key }) => key.kind === 'Deployment');
        expect(till).toMatchObject({
          key: { cluster: 'east', apiVersion: 'apps/v1', namespace: 'market', name: 'till' },
          sent: undefined,
          declaration: undefined,
          createdHere: undefined,
        });
      });

      it('has its YAML read as its writer meant it', async () => {
        await database.run(original);
        const objects = await (await database.open()).objects();
        const answer = objects.find(({ key }) => key.kind === 'Deployment')?.answer;
        expect(answer?.spec).toEqual({ replicas: 2 });
        expect(answer?.metadata).toMatchObject({
          creationTimestamp: '2025-03-04T05:06:07Z',
          resourceVersion: '812',
          labels: { commit: '12e4567', nickname: '0123' },
          managedFields: [{ fieldsV1: { 'f:metadata': {} }, operation: 'Apply' }],
        });
      });

      it('gives no value of its secrets away', async () => {
        await database.run(original);
        const objects = await (await database.open()).objects();
        const secret = objects.find(({ key }) => key.kind === 'Secret');
        expect(secret?.answer).toEqual({
          apiVersion: 'v1',
          kind: 'Secret',
          immutable: true,
          type: 'Opaque',
          data: { pin: SECRET_MASK },
          metadata: { name: 'till', namespace: 'market', annotations: { team: 'tills' } },
        });
      });

      it('keeps its pauses and its history', async () => {
        await database.run(original);
        expect(await (await database.open()).pauses()).toEqual([
          {
            declaration: { kind: 'CronJob', namespace: 'market', name: 'count' },
            reason: 'stocktaking',
            createdBy: 'bob',
            createdAt: '2025-05-06T07:08:10Z',
          },
          {
            declaration: { kind: 'Deployment', namespace: 'market', name: 'till' },
            reason: 'Christmas',
            createdBy: undefined,
            createdAt: '2025-05-06T07:08:09Z',
          },
        ]);
        expect(await database.read('SELECT image, outcome FROM object_history')).toEqual([
          { image: 'registry.example/till@sha256:00', outcome: null },
        ]);
      });
    });
  });
}
