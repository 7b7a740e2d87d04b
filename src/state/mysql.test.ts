import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { UserError } from '../model/errors.ts';
import { openState } from './open-state.ts';
import type { State } from './port.ts';
import { describeOn, type TestDatabase } from './test-databases.ts';

const EVERYWHERE = { clusters: [], namespaces: [] };

describeOn(['mariadb'], 'a database', ({ make }) => {
  let database: TestDatabase;
  let state: State | undefined;

  async function open(url = database.url): Promise<State> {
    state = await openState({ url, actor: { username: 'ann' } });
    await state.acquire({ scope: EVERYWHERE, waitMs: 0, onWait: () => undefined });
    return state;
  }

  /** An object with names as long as Kubernetes and the tables allow, or longer. */
  function objectIn(cluster: string) {
    const name = 'n'.repeat(253);
    const kind = 'K'.repeat(63);
    const apiVersion = `${'g'.repeat(253)}/${'v'.repeat(63)}`;
    const key = { cluster, apiVersion, kind, namespace: 's'.repeat(63), name };
    return { key, answer: { apiVersion, kind, metadata: { name } } };
  }

  beforeEach(async () => {
    database = await make();
  });

  afterEach(async () => {
    await state?.close();
    state = undefined;
    await database.remove();
  });

  it('takes the longest names there are', async () => {
    const object = objectIn('ü'.repeat(400));
    await (await open()).record(object);
    const [stored] = (await state?.objects()) ?? [];
    expect(stored?.key).toEqual(object.key);
  });

  it('refuses the name of a context that does not fit, instead of cutting it', async () => {
    const error = await (await open()).record(objectIn('c'.repeat(401))).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'database-name-too-long' });
    expect(await state?.objects()).toEqual([]);
  });

  it('takes a manifest of any size that an API server takes', async () => {
    const { key, answer } = objectIn('east');
    const large = { ...answer, data: { text: 'ü'.repeat(700_000) } };
    await (await open()).record({ key, answer: large, sent: large });
    const [stored] = (await state?.objects()) ?? [];
    expect(stored?.answer).toEqual(large);
    const noted = await database.read('SELECT new_data FROM kubernetes_objects_audit');
    expect(JSON.stringify(noted)).toContain('ü'.repeat(700_000));
  });

  it('can be used whatever it is told to compare and to quote by', async () => {
    const database_ = new URL(database.url).pathname.slice(1);
    await database.run(`ALTER DATABASE ${database_} CHARACTER SET latin1`);
    const object = objectIn('east');
    await (await open()).record({ ...object, key: { ...object.key, name: 'ü😀' } });
    await state?.record({ ...object, key: { ...object.key, name: 'Ü😀' } });
    expect(await state?.objects()).toHaveLength(2);
  });

  const { bed } = inject('databases').mariadb ?? {};
  if (bed === undefined) return;

  it('can be reached by a socket', async () => {
    await open(`${database.url}?socket=${encodeURIComponent(bed.socket)}`);
    expect(await state?.objects()).toEqual([]);
  });
});
