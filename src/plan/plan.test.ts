import { describe, expect, it } from 'vitest';
import type { DesiredObject } from '../model/desired.ts';
import { IMAGE_ANNOTATION } from '../model/image-annotation.ts';
import type { JsonObject } from '../model/json.ts';
import { formatObject, type Manifest, sameObjectId } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { storedObject } from '../state/stored-object.ts';
import { EVERYTHING } from './filter.ts';
import { stored } from './fixture.ts';
import { massDeletes, namespacesToDelete, spareInhabited } from './guard.ts';
import { makePlan, type PlanInput } from './plan.ts';

/** A desired object from `Kind namespace/name` or `Kind name`. */
function desired(object: string, fields: JsonObject = {}, apiVersion = 'v1'): DesiredObject {
  const [kind = '', place = ''] = object.split(' ');
  const [namespace = '', name = ''] = place.includes('/') ? place.split('/') : ['', place];
  const metadata = namespace === '' ? { name } : { name, namespace };
  const manifest = { apiVersion, kind, metadata, ...fields } as Manifest;
  return {
    key: { cluster: 'east', apiVersion, kind, namespace, name },
    manifest,
    declaration: { kind: 'KubernetesYaml', namespace: 'global', name: `of-${name}` },
  };
}

function recorded(object: string, fields: JsonObject = {}, apiVersion = 'v1'): RecordedObject {
  const { key, manifest, declaration } = desired(object, fields, apiVersion);
  const answer = stored({ manifest });
  return { key, sent: manifest, answer, createdHere: true, ...(declaration && { declaration }) };
}

function plan(input: Partial<PlanInput>): Plan {
  const nothing = { desired: [], recorded: [], paused: [], unavailable: {} };
  return makePlan({ ...nothing, filter: EVERYTHING, ...input });
}

/** Prints a plan, one change or notice a line. */
function lines({ changes, notices }: Plan): string[] {
  return [
    ...changes.map(({ action, key, reason, block }) =>
      [`${action} ${formatObject(key)}`, reason, block?.advice].filter(Boolean).join(': '),
    ),
    ...notices.map(({ key, message }) => `${formatObject(key)} ${message}`),
  ];
}

describe('makePlan', () => {
  it('takes the first manifest of an index for the same image in what the Original recorded', () => {
    const image = (digest: string) => `registry.example/echo@sha256:${digest}`;
    const annotated = (digest: string, fields: JsonObject = {}): DesiredObject => {
      const { manifest, ...rest } = desired('Deployment a/echo', fields, 'apps/v1');
      const annotations = { [IMAGE_ANNOTATION]: image(digest) };
      const metadata = { ...manifest.metadata, annotations };
      return { ...rest, image: image(digest), manifest: { ...manifest, metadata } as Manifest };
    };
    const { key, manifest } = annotated('first');
    const original = { key, answer: stored({ manifest }) };
    const sameImages = new Map([[image('index'), [image('first'), image('second')]]]);
    const input = { desired: [annotated('index')], recorded: [original] };
    expect(lines(plan(input))).toEqual(['update Deployment a/echo']);
    expect(plan({ ...input, sameImages })).toMatchObject({ changes: [], claims: [{ key }] });
    const more = { ...input, desired: [annotated('index', { spec: { paused: true } })] };
    const [change] = plan({ ...more, sameImages }).changes;
    expect(change?.fields.map(({ path }) => path.at(-1))).toEqual([IMAGE_ANNOTATION, 'paused']);
  });

  it('creates, updates, deletes and leaves alone', () => {
    const made = plan({
      desired: [
        desired('ConfigMap a/new'),
        desired('ConfigMap a/kept'),
        desired('ConfigMap a/moved', { data: { a: '2' } }),
      ],
      recorded: [
        recorded('ConfigMap a/kept'),
        recorded('ConfigMap a/moved', { data: { a: '1' } }),
        recorded('ConfigMap a/old'),
      ],
    });
    expect(lines(made)).toEqual([
      'update ConfigMap a/moved',
      'create ConfigMap a/new',
      'delete ConfigMap a/old',
    ]);
  });

  it('takes another version of an API for the same object', () => {
    const was = recorded('HorizontalPodAutoscaler a/x', {}, 'autoscaling/v1');
    const wanted = desired('HorizontalPodAutoscaler a/x', {}, 'autoscaling/v2');
    expect(lines(plan({ desired: [wanted], recorded: [was] }))).toEqual([
      'update HorizontalPodAutoscaler a/x',
    ]);
  });

  it('recreates what cannot be changed in place, with the reason', () => {
    const was = recorded(
      'Deployment a/x',
      { spec: { selector: { matchLabels: { a: '1' } } } },
      'apps/v1',
    );
    const wanted = desired(
      'Deployment a/x',
      { spec: { selector: { matchLabels: { a: '2' } } } },
      'apps/v1',
    );
    expect(lines(plan({ desired: [wanted], recorded: [was] }))).toEqual([
      'recreate Deployment a/x: spec.selector.matchLabels.a cannot be changed in place',
    ]);
  });

  it('blocks what must never be recreated, and says what to do', () => {
    const was = recorded('PersistentVolumeClaim a/x', { spec: { storageClassName: 'slow' } });
    const wanted = desired('PersistentVolumeClaim a/x', { spec: { storageClassName: 'fast' } });
    expect(lines(plan({ desired: [wanted], recorded: [was] }))).toEqual([
      'recreate PersistentVolumeClaim a/x: spec.storageClassName cannot be changed in place: a PersistentVolumeClaim is never recreated; declare it under a new name, or put the old value back',
    ]);
  });

  it('leaves the objects of a paused declaration alone, on both sides', () => {
    const paused = [{ kind: 'KubernetesYaml', namespace: 'global', name: 'of-x' }];
    expect(lines(plan({ recorded: [recorded('ConfigMap a/x')], paused }))).toEqual([]);
  });

  it('narrows both sides by a filter and keeps the Namespace that a kept object needs', () => {
    const made = plan({
      desired: [
        desired('Namespace a'),
        desired('Namespace b'),
        desired('ConfigMap a/x'),
        desired('Secret a/y'),
      ],
      recorded: [recorded('Secret a/old'), recorded('ConfigMap a/old')],
      filter: { ...EVERYTHING, kind: ['ConfigMap'] },
    });
    expect(lines(made)).toEqual([
      'create Namespace a',
      'delete ConfigMap a/old',
      'create ConfigMap a/x',
    ]);
  });

  it('keeps a Namespace that it did not create, or in which something tracked is left', () => {
    const foreign = { ...recorded('Namespace default'), createdHere: false };
    const filter = { ...EVERYTHING, kind: ['Namespace'] };
    const made = plan({
      recorded: [foreign, recorded('Namespace a'), recorded('ConfigMap a/x')],
      filter,
    });
    expect(lines(made)).toEqual([
      'Namespace default kept, because Sisyphus did not create it',
      'Namespace a kept, because objects that Sisyphus tracks live in it',
    ]);
    expect(made.releases.map(formatObject)).toEqual(['Namespace default']);
  });

  it('keeps a Namespace in which untracked objects live, and says which', () => {
    const made = plan({ recorded: [recorded('Namespace a')] });
    const [namespace] = namespacesToDelete(made);
    if (namespace === undefined) throw new Error('no Namespace to look into');
    const found = { namespace, untracked: ['Pod a/debug'], descendants: [], unknown: [] };
    expect(lines(spareInhabited(made, [found]))).toEqual([
      'Namespace a kept, because objects that Sisyphus does not track live in it: Pod a/debug\n' +
        'A later push deletes it once they are gone or imported, and leaves it for good after ' +
        'sisyphus forget --api-version v1 --kind Namespace --name a --cluster CLUSTER.',
    ]);
    expect(lines(spareInhabited(made, [{ ...found, untracked: [] }]))).toEqual([
      'delete Namespace a',
    ]);
  });

  it('warns of a plan that deletes most of a cluster', () => {
    const many = Array.from({ length: 12 }, (_, i) => recorded(`ConfigMap a/c${i}`));
    expect(massDeletes(plan({ recorded: many }), many)).toEqual([
      { cluster: 'east', deletes: 12, tracked: 12 },
    ]);
    const half = many.slice(0, 6).map(({ key, answer }) => ({ key, manifest: answer }));
    expect(massDeletes(plan({ desired: half, recorded: many }), many)).toEqual([]);
  });

  it('leaves alone what a cluster holds as it answered, and compares everything else', () => {
    const { key, manifest } = desired('ConfigMap a/x', { data: { a: '1' } });
    const answer = stored({ manifest });
    const record = storedObject(
      {
        ...{
          cluster: key.cluster,
          api_version: 'v1',
          kind: 'ConfigMap',
          namespace: 'a',
          name: 'x',
        },
        ...{ yaml: JSON.stringify(answer), sent: JSON.stringify(manifest), created_here: 1 },
        ...{ declaration_kind: null, declaration_namespace: null, declaration_name: null },
      },
      JSON.parse,
    );
    const against = (live: Manifest, wanted = desired('ConfigMap a/x', { data: { a: '1' } })) =>
      lines(
        plan({
          desired: [wanted],
          recorded: [record],
          live: new Map([[sameObjectId(key), live]]),
        }),
      );
    const moved = { ...answer, data: { a: '2' } } as Manifest;
    expect(against(answer)).toEqual([]);
    expect(against(moved)).toEqual(['update ConfigMap a/x']);
    const wanted = desired('ConfigMap a/x', { data: { a: '2' } });
    expect(against(answer, wanted)).toEqual(['update ConfigMap a/x']);
  });

  it('notes that another declaration makes an unchanged object', () => {
    const moved = {
      ...desired('ConfigMap a/x'),
      declaration: { kind: 'KubernetesYaml', namespace: 'a', name: 'new' },
    };
    const made = plan({ desired: [moved], recorded: [recorded('ConfigMap a/x')] });
    expect(made.changes).toEqual([]);
    expect(made.claims.map(({ declaration }) => declaration.name)).toEqual(['new']);
  });

  it('plans nothing in a cluster that could not be asked', () => {
    const unavailable = { east: 'no answer' };
    expect(
      lines(
        plan({
          desired: [desired('ConfigMap a/x')],
          recorded: [recorded('ConfigMap a/y')],
          unavailable,
        }),
      ),
    ).toEqual([]);
  });
});
