import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';
import { compare, type Known } from './compare.ts';
import { deployment, stored } from './fixture.ts';

/** Prints what a comparison found, one field a line. */
function changes(desired: Manifest, known: Known): string[] {
  return compare(desired, known).fields.map(({ effect, path, managers }) =>
    [effect, path.join('.'), ...managers].join(' '),
  );
}

const container = (fields: JsonObject) => deployment({ template: { containers: [fields] } });

describe('compare', () => {
  it('finds nothing right after an apply, whatever the server rewrote', () => {
    const sent = deployment({ cpu: '1000m', empty: {}, dropped: 'x' });
    const answer = stored({ manifest: sent });
    const rewritten = { ...answer, spec: { cpu: '1' } } as Manifest;
    expect(changes(sent, { sent, answer: rewritten })).toEqual([]);
    expect(changes(sent, { sent, answer: rewritten, live: rewritten })).toEqual([]);
  });

  it('shows a changed value as it was sent, not as the server rewrote it', () => {
    const sent = deployment({ cpu: '1000m' });
    const answer = { ...stored({ manifest: sent }), spec: { cpu: '1' } } as Manifest;
    const { before } = compare(deployment({ cpu: '500m' }), { sent, answer });
    expect(before).toEqual(deployment({ cpu: '1000m' }));
  });

  it('ignores fields that others own and elements that others added', () => {
    const sent = container({ name: 'echo', image: 'a' });
    const answer = stored(
      { manifest: sent },
      { manager: 'injector', manifest: container({ name: 'sidecar', image: 's' }) },
      { manager: 'annotator', manifest: deployment({}, { annotations: { a: 'b' } }) },
    );
    const desired = container({ name: 'echo', image: 'b' });
    expect(changes(desired, { sent, answer })).toEqual([
      'change spec.template.containers.[name=echo].image',
    ]);
    expect(compare(desired, { sent, answer }).before).toEqual(sent);
  });

  it('removes what Sisyphus owns and the repository no longer sets', () => {
    const sent = deployment({ a: 1, b: { c: 2, d: 3 } }, { labels: { x: 'y' } });
    const desired = deployment({ b: { c: 2 } });
    expect(changes(desired, { sent, answer: stored({ manifest: sent }) })).toEqual([
      'remove metadata.labels.x',
      'remove spec.b.d',
      'remove spec.a',
    ]);
  });

  it('releases a field that another manager owns as well', () => {
    const sent = deployment({ paused: true });
    const answer = stored({ manifest: sent }, { manager: 'operator', manifest: sent });
    expect(changes(deployment({}), { sent, answer })).toEqual(['release spec.paused operator']);
  });

  it('hands over replicas that only Sisyphus owns', () => {
    const sent = deployment({ replicas: 3 });
    const answer = stored({ manifest: sent });
    expect(changes(deployment({}), { sent, answer })).toEqual(['handover spec.replicas']);
  });

  it('names the managers that a changed field is taken from', () => {
    const sent = deployment({ replicas: 3 });
    const answer = stored({ manifest: sent }, { manager: 'scaler', manifest: sent });
    expect(changes(deployment({ replicas: 5 }), { sent, answer })).toEqual([
      'change spec.replicas scaler',
    ]);
  });

  it('sees drift only in what the cluster holds now', () => {
    const sent = deployment({ replicas: 3 });
    const answer = stored({ manifest: sent });
    const live = { ...answer, spec: { replicas: 9 } } as Manifest;
    expect(changes(sent, { sent, answer })).toEqual([]);
    const drift = compare(sent, { sent, answer, live });
    expect(drift.fields).toEqual([
      { path: ['spec', 'replicas'], effect: 'change', managers: [], current: 9 },
    ]);
    expect(drift.before).toEqual(deployment({ replicas: 9 }));
  });

  it('takes the defaults in an atomic list of an adopted object for no change', () => {
    const answer = stored({ manifest: deployment({ rules: [{ host: 'a' }] }) });
    const filled = { ...answer, spec: { rules: [{ host: 'a', pathType: 'Prefix' }] } } as Manifest;
    expect(changes(deployment({ rules: [{ host: 'a' }] }), { answer: filled })).toEqual([]);
    expect(changes(deployment({ rules: [{ host: 'b' }] }), { answer: filled })).toEqual([
      'change spec.rules',
    ]);
  });

  it('takes another spelling of a quantity in an adopted object for no change', () => {
    const limited = (cpu: string, other: string) =>
      deployment({ resources: { limits: { cpu } }, args: [other] });
    const answer = stored({ manifest: limited('1', '1') });
    expect(changes(limited('1000m', '1'), { answer })).toEqual([]);
    expect(changes(limited('1001m', '1000m'), { answer })).toEqual([
      'change spec.resources.limits.cpu',
      'change spec.args',
    ]);
  });

  it('sees a new order of keyed elements', () => {
    const list = (...names: string[]) =>
      deployment({ init: names.map((name) => ({ name, image: 'x' })) });
    const sent = list('a', 'b');
    const answer = stored({ manifest: sent });
    expect(changes(list('b', 'a'), { sent, answer })).toEqual(['change spec.init.[order]']);
    expect(compare(list('b', 'a'), { sent, answer }).before).toEqual(sent);
  });

  it('empties a map that is replaced as a whole', () => {
    const sent = deployment({ selector: { app: 'web' } });
    const applied = stored({ manifest: deployment({ selector: [] }) });
    const answer = { ...applied, spec: sent.spec ?? {} } as Manifest;
    expect(changes(deployment({ selector: {} }), { sent, answer })).toEqual([
      'remove spec.selector.app',
    ]);
    const full = { ...answer, spec: { selector: { app: 'web', filled: 'in' } } } as Manifest;
    expect(changes(sent, { sent, answer: full })).toEqual([]);
  });

  it('adds an empty map, once', () => {
    const sent = deployment({});
    const answer = stored({ manifest: sent });
    const desired = deployment({ selector: {}, list: [] });
    expect(changes(desired, { sent, answer })).toEqual(['add spec.selector', 'add spec.list']);
    expect(changes(desired, { sent: desired, answer })).toEqual([]);
    expect(changes(desired, { answer })).toEqual([]);
  });

  it('claims a field that the repository sets to the value which it has', () => {
    const sent = deployment({});
    const answer = { ...stored({ manifest: sent }), spec: { replicas: 1 } } as Manifest;
    const { fields, before } = compare(deployment({ replicas: 1 }), { sent, answer });
    expect(fields).toEqual([{ path: ['spec', 'replicas'], effect: 'claim', managers: [] }]);
    expect(before).toEqual(sent);
  });

  it('shows a removed element as it was sent, in its place', () => {
    const list = (...names: string[]) => deployment({ init: names.map((name) => ({ name })) });
    const sent = list('a', 'b', 'c');
    const applied = stored({ manifest: sent });
    const init = ['a', 'b', 'c'].map((name) => ({ name, policy: 'filled in' }));
    const answer = { ...applied, spec: { init } } as Manifest;
    expect(compare(list('a', 'c'), { sent, answer }).before).toEqual(sent);
  });

  it('treats null as a field that is not set', () => {
    const answer = stored({ manifest: deployment({ a: 1 }) });
    expect(changes(deployment({ a: 1, b: null }), { answer })).toEqual([]);
  });

  it('finds nothing when a manifest is compared with itself, and something when it is not', () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean());
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        leaf,
        fc.array(leaf, { maxLength: 3 }),
        fc.dictionary(fc.string(), tie('node')),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tree), (spec) => {
        const manifest = deployment(spec as JsonObject);
        const answer = stored({ manifest });
        expect(changes(manifest, { answer })).toEqual([]);
        expect(changes(manifest, { answer, live: answer })).toEqual([]);
        const more = deployment({ ...(spec as JsonObject), 'one more': 1 });
        if (!Object.hasOwn(spec, 'one more')) {
          expect(changes(more, { sent: manifest, answer })).toEqual(['add spec.one more']);
          const wide = { sent: more, answer: stored({ manifest: more }) };
          expect(changes(manifest, wide)).toEqual(['remove spec.one more']);
        }
      }),
    );
  });
});
