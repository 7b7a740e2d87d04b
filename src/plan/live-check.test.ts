import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';
import type { Change } from '../model/plan.ts';
import { formatPath } from './field-path.ts';
import { EVERYTHING } from './filter.ts';
import { deployment, stored } from './fixture.ts';
import { checkLive } from './live-check.ts';
import { makePlan } from './plan.ts';

const key = {
  cluster: 'east',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'echo',
};

/** The change that leads from what was sent to what is desired; undefined stands for no object. */
function plan(sent: JsonObject | undefined, desired: JsonObject | undefined): Change {
  const manifest = deployment(sent ?? {});
  const { changes } = makePlan({
    desired: desired === undefined ? [] : [{ key, manifest: deployment(desired) }],
    recorded: sent === undefined ? [] : [{ key, sent: manifest, answer: stored({ manifest }) }],
    paused: [],
    filter: EVERYTHING,
    unavailable: {},
  });
  const [change] = changes;
  if (change === undefined) throw new Error('there is nothing to change');
  return change;
}

/** What a check says: how the object moved and in which fields, and what would be put back. */
function check(change: Change, live: Manifest | undefined): string[] {
  const { moved, reverts } = checkLive(change, live);
  const fields = moved !== undefined && 'fields' in moved ? moved.fields : [];
  return [
    ...(moved === undefined ? [] : [[moved.type, ...fields.map(pathOf)].join(' ')]),
    ...reverts.map((field) => `reverts ${pathOf(field)}`),
  ];
}

const pathOf = ({ path }: { path: readonly string[] }) => formatPath(path);
const theirs = (spec: JsonObject) => ({ manager: 'kubectl', manifest: deployment(spec) });
const ours = (spec: JsonObject) => ({ manifest: deployment(spec) });

describe('a change of an object', () => {
  const change = plan({ image: 'a', replicas: 1 }, { image: 'b', replicas: 1 });

  it('stands while the object is as it was, whatever others added to it', () => {
    expect(check(change, stored(ours({ image: 'a', replicas: 1 })))).toEqual([]);
    const added = stored(ours({ image: 'a', replicas: 1 }), theirs({ paused: true }));
    expect(check(change, { ...added, status: { replicas: 7 } })).toEqual([]);
  });

  it('falls with a value that it changes, even when that is the wanted one', () => {
    for (const image of ['b', 'c']) {
      const live = stored(ours({ image: 'a', replicas: 1 }), theirs({ image }));
      expect(check(change, live)).toEqual(['changed spec.image']);
    }
  });

  it('stands, but names it, when it would put back another field', () => {
    const live = stored(ours({ image: 'a', replicas: 1 }), theirs({ replicas: 5 }));
    expect(check(change, live)).toEqual(['reverts spec.replicas']);
  });

  it('falls when the object is gone or another one', () => {
    const live = stored(ours({ image: 'a', replicas: 1 }));
    const anew = { ...live, metadata: { ...live.metadata, uid: 'uid-2' } };
    expect(check(change, undefined)).toEqual(['gone']);
    expect(check(change, anew)).toEqual(['made-anew']);
  });

  it('falls when a field that it adds is there, and one that it removes is another or gone', () => {
    const adds = plan({ image: 'a' }, { image: 'a', paused: true });
    expect(check(adds, stored(ours({ image: 'a' }), theirs({ paused: false })))).toEqual([
      'changed spec.paused',
    ]);
    const removes = plan({ image: 'a', paused: true }, { image: 'a' });
    expect(check(removes, stored(ours({ image: 'a', paused: false })))).toEqual([
      'changed spec.paused',
    ]);
    expect(check(removes, stored(ours({ image: 'a' })))).toEqual(['changed spec.paused']);
  });

  it('falls when a field that it removes would stay, because somebody owns it by now', () => {
    const removes = plan({ image: 'a', paused: true }, { image: 'a' });
    const live = stored(ours({ image: 'a', paused: true }), theirs({ paused: true }));
    expect(check(removes, live)).toEqual(['changed spec.paused']);
  });

  it('lets a field go whatever its value has become', () => {
    const hands = plan({ image: 'a', replicas: 1 }, { image: 'a' });
    expect(check(hands, stored(ours({ image: 'a', replicas: 4 })))).toEqual([]);
    const scaled = stored(ours({ image: 'a', replicas: 1 }), theirs({ replicas: 4 }));
    expect(check(hands, scaled)).toEqual([]);
  });
});

describe('a creation', () => {
  it('stands where nothing is, or nothing that it would overwrite', () => {
    const change = plan(undefined, { image: 'a' });
    expect(check(change, undefined)).toEqual([]);
    expect(check(change, stored(theirs({ image: 'a', replicas: 2 })))).toEqual([]);
    expect(check(change, stored(theirs({ image: 'b' })))).toEqual(['there-already spec.image']);
  });
});

describe('a deletion', () => {
  it('stands while the object is there, changed or not, or is gone; not another one', () => {
    const change = plan({ image: 'a' }, undefined);
    const live = stored(theirs({ image: 'b' }));
    expect(check(change, live)).toEqual([]);
    expect(check(change, undefined)).toEqual([]);
    expect(check(change, { ...live, metadata: { ...live.metadata, uid: 'uid-2' } })).toEqual([
      'made-anew',
    ]);
  });
});
