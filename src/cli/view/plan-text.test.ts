import { expect, it } from 'vitest';
import type { Change, FieldChange, Plan } from '../../model/plan.ts';
import { change, deployment, echoUpdate, key, ofSecret, plan, SCOPE, secret } from './fixture.ts';
import { formatPlan, type PlanOptions, type PlanScope } from './plan-text.ts';

/** A plan as a user without colours sees it, between two newlines. */
function show(
  what: Plan | readonly Change[],
  options: Partial<PlanOptions> = {},
  scope: Partial<PlanScope> = {},
): string {
  const shown = 'changes' in what ? what : plan(what);
  const all = { color: false, groupBy: 'object', ...options } as const;
  return `\n${formatPlan(shown, { ...SCOPE, ...scope }, all)}\n`;
}

it('says that nothing is to do', () => {
  expect(show([])).toBe(`
Nothing to do: 44 objects in 2 clusters are as the repository wants them.
`);
  expect(show([], {}, { objects: 1, clusters: 1 })).toBe(`
Nothing to do: 1 object in 1 cluster is as the repository wants it.
`);
});

it('shows a change once for all clusters in which it is the same', () => {
  const changes = [echoUpdate('east', 'echo@1', 'echo@2'), echoUpdate('west', 'echo@1', 'echo@2')];
  expect(show(changes)).toBe(`
~ Deployment shop/echo  east, west
    in spec.template.spec.containers[name=echo]:
    - image: echo@1
    + image: echo@2
      args:
        - --port=8080
        - --greeting=hello

Plan: 2 to update (in 2 clusters)
`);
});

it('keeps clusters apart in which a change differs', () => {
  const changes = [
    echoUpdate('east', 'echo@1', 'echo@3'),
    echoUpdate('north', 'echo@2', 'echo@3'),
    echoUpdate('west', 'echo@1', 'echo@3'),
  ];
  const headers = show(changes)
    .split('\n')
    .filter((text) => /^[~+-]|image/.test(text));
  expect(headers).toEqual([
    '~ Deployment shop/echo  east, west',
    '    - image: echo@1',
    '    + image: echo@3',
    '~ Deployment shop/echo  north',
    '    - image: echo@2',
    '    + image: echo@3',
  ]);
});

it('puts clusters together that differ only in what a change does not show', () => {
  const rename = (cluster: string, replicas: number) => {
    const before = deployment('echo', 'echo@1', replicas);
    const after = { ...before, metadata: { ...before.metadata, labels: { tier: 'web' } } };
    return change('update', cluster, 'echo', { before, after });
  };
  expect(show([rename('east', 2), rename('west', 2)])).toContain('echo  east, west\n');
});

it('shows every place in which an object changes, headed by where it is', () => {
  const before = deployment('echo', 'echo@1');
  const after = {
    ...deployment('echo', 'echo@2', 5),
    metadata: { ...before.metadata, annotations: { 'example.com/owner': 'shop' } },
    data: { 'app.conf': 'on\n' },
  };
  expect(show([change('update', 'east', 'echo', { before, after })])).toBe(`
~ Deployment shop/echo  east
    in metadata:
      namespace: shop
      labels:
        app.kubernetes.io/name: echo
    + annotations:
    +   example.com/owner: shop
    in spec:
    - replicas: 3
    + replicas: 5
      selector:
        matchLabels:
          app.kubernetes.io/name: echo
    in spec.template.spec.containers[name=echo]:
    - image: echo@1
    + image: echo@2
      args:
        - --port=8080
        - --greeting=hello
      resources: {}
    …
    + data:
    +   app.conf: |
    +     on

Plan: 1 to update (in 1 cluster)
`);
});

it('sees no difference in the order of keys', () => {
  const before = { spec: { b: { y: 1, x: [{ d: 1, c: 2 }] }, a: 1 }, kind: 'Pod' };
  const after = { kind: 'Pod', spec: { a: 2, b: { x: [{ c: 2, d: 1 }], y: 1 } } };
  expect(show([change('update', 'east', 'echo', { before, after })])).toBe(`
~ Deployment shop/echo  east
    in spec:
    - a: 1
    + a: 2
      b:
        x:
          - c: 2

Plan: 1 to update (in 1 cluster)
`);
});

it('names the fields of an update that YAML cannot show', () => {
  const same = { spec: { cpu: 1 } };
  const fields: FieldChange[] = [{ path: ['spec', 'cpu'], effect: 'change', managers: [] }];
  expect(show([change('update', 'east', 'echo', { before: same, after: same, fields })])).toBe(`
~ Deployment shop/echo  east
    ~ spec.cpu

Plan: 1 to update (in 1 cluster)
`);
});

it('says whose fields an update takes, leaves and hands over', () => {
  const fields: FieldChange[] = [
    { path: ['spec', 'replicas'], effect: 'change', managers: ['kube-controller-manager'] },
    { path: ['spec', 'paused'], effect: 'add', managers: ['kube-controller-manager'] },
    { path: ['metadata', 'labels', 'tier'], effect: 'release', managers: ['a', 'b'] },
    { path: ['spec', 'minReadySeconds'], effect: 'handover', managers: [] },
  ];
  const spec = {
    before: { spec: { replicas: 2 } },
    after: { spec: { replicas: 3, paused: true } },
  };
  expect(show([change('update', 'east', 'echo', { ...spec, fields })])).toBe(`
~ Deployment shop/echo  east
    in spec:
    - replicas: 2
    + replicas: 3
    + paused: true
    takes spec.replicas, spec.paused from kube-controller-manager
    leaves metadata.labels.tier to a, b
    hands over spec.minReadySeconds: the live value stays

Plan: 1 to update (in 1 cluster)
`);
});

it('shows of a new object what runs, and all of it in full', () => {
  const desired = (name: string) => ({
    key: key('east', name),
    manifest: deployment(name, 'x'),
    image: 'config@sha256:1',
  });
  const job = {
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: { spec: { containers: [{ image: 'sweep@1' }] } } } },
    },
  };
  const changes = [
    change('create', 'east', 'echo', {
      after: deployment('echo', 'echo@1'),
      desired: desired('echo'),
    }),
    change('create', 'east', 'one', { after: deployment('one', 'one@1', 1) }),
    change('create', 'east', 'sweep', {
      key: key('east', 'sweep', { kind: 'CronJob' }),
      after: job,
    }),
    change('create', 'east', 'web', {
      key: key('east', 'web', { kind: 'Service' }),
      after: { kind: 'Service', metadata: { name: 'web' }, apiVersion: 'v1' },
    }),
  ];
  expect(show(changes)).toBe(`
+ CronJob shop/sweep  east
    runs at "0 3 * * *": sweep@1

+ Deployment shop/echo  east
    3 replicas of echo@1
    configured by config@sha256:1

+ Deployment shop/one  east
    1 replica of one@1

+ Service shop/web  east

Plan: 4 to create (in 1 cluster)
`);
  expect(show(changes.slice(3), { full: true })).toBe(`
+ Service shop/web  east
    + apiVersion: v1
    + kind: Service
    + metadata:
    +   name: web

Plan: 1 to create (in 1 cluster)
`);
});

it('shows of a deleted object its name and what its deletion endangers, and all of it in full', () => {
  const changes = [
    change('delete', 'east', 'data', {
      key: key('east', 'data', { kind: 'PersistentVolumeClaim' }),
      before: { kind: 'PersistentVolumeClaim', spec: { size: '1Gi' } },
      warnings: ['the data in its volume may be deleted with it'],
    }),
  ];
  expect(show(changes)).toBe(`
- PersistentVolumeClaim shop/data  east
    warning: the data in its volume may be deleted with it

Plan: 1 to delete (in 1 cluster)
`);
  expect(show(changes, { full: true })).toBe(`
- PersistentVolumeClaim shop/data  east
    warning: the data in its volume may be deleted with it
    - kind: PersistentVolumeClaim
    - spec:
    -   size: 1Gi

Plan: 1 to delete (in 1 cluster)
`);
});

it('shows a Secret key by key', () => {
  const fields: FieldChange[] = [
    { path: ['metadata', 'labels', 'tier'], effect: 'add', managers: [] },
    { path: ['data', 'password'], effect: 'add', managers: [] },
    { path: ['data', 'old'], effect: 'remove', managers: [] },
    { path: ['data', 'shared'], effect: 'release', managers: ['kubectl-edit'] },
  ];
  const update = change('update', 'east', 'tokens', {
    ...ofSecret('east'),
    before: secret(['old']),
    after: secret(['password'], { tier: 'web' }),
    fields,
  });
  const create = change('create', 'west', 'tokens', {
    ...ofSecret('west'),
    after: secret(['token', 'user']),
  });
  expect(show([update, create])).toBe(`
~ Secret shop/tokens  east
    in metadata:
      name: tokens
      namespace: shop
    - labels: {}
    + labels:
    +   tier: web
    + key password: ********
    - key old: ********
    leaves data.shared to kubectl-edit

+ Secret shop/tokens  west
    + key token: ********
    + key user: ********

Plan: 1 to create, 1 to update (in 2 clusters)
`);
});

it('never prints a value of a Secret, even one that nobody masked', () => {
  const open = {
    ...(secret([]) as object),
    data: { token: 'aHVudGVyMg==' },
    stringData: { p: 'hunter2' },
  };
  const fields: FieldChange[] = [{ path: ['data', 'token'], effect: 'change', managers: [] }];
  const key = ofSecret('east');
  const shown = (['create', 'update', 'recreate', 'delete'] as const)
    .map((action) =>
      change(action, 'east', 'tokens', { ...key, before: secret([]), after: open, fields }),
    )
    .map((one) => show([one], { full: true }) + show([{ ...one, before: open }], { full: true }))
    .join('');
  expect(shown).not.toMatch(/hunter2|aHVudGVyMg/);
  expect(shown).toContain('~ key token: ********');
});

it('says why an object is recreated', () => {
  const reason = 'spec.selector.matchLabels.app cannot be changed in place';
  const before = { spec: { selector: { matchLabels: { app: 'a' } } } };
  const after = { spec: { selector: { matchLabels: { app: 'b' } } } };
  expect(show([change('recreate', 'east', 'echo', { before, after, reason })])).toBe(`
-/+ Deployment shop/echo  east
    deleted and created again, because spec.selector.matchLabels.app cannot be changed in place
    in spec.selector.matchLabels:
    - app: a
    + app: b

Plan: 1 to recreate (in 1 cluster)
`);
});

it('says why a change is blocked and what can be done', () => {
  const reason = 'spec.storageClassName cannot be changed in place';
  const block = { reason, advice: 'declare it under a new name, or put the old value back' };
  const before = { spec: { storageClassName: 'slow' } };
  const after = { spec: { storageClassName: 'fast' } };
  const blocked = change('recreate', 'east', 'echo', { before, after, reason, block });
  expect(show([blocked])).toBe(`
-/+ Deployment shop/echo  east
    blocked: spec.storageClassName cannot be changed in place
      declare it under a new name, or put the old value back
    in spec:
    - storageClassName: slow
    + storageClassName: fast

Plan: nothing to do; 1 blocked
`);
});

it('ends with what stays, what is left out and what is dangerous', () => {
  const namespace = (cluster: string) => ({
    key: key(cluster, 'old', { apiVersion: 'v1', kind: 'Namespace', namespace: '' }),
    message: 'kept, because objects that Sisyphus does not track live in it: Pod old/x',
  });
  const notices = [namespace('east'), namespace('west')];
  const unavailable = { north: 'the API server at https://north did not answer\nwithin 5s' };
  const massDeletes = [{ cluster: 'west', deletes: 12, tracked: 20 }];
  const changes = [change('delete', 'west', 'echo')];
  const declaration = { kind: 'Deployment', namespace: 'shop', name: 'blue' };
  const since = { createdAt: '2026-11-23T00:30:02Z', createdBy: 'ada' };
  const paused = [{ declaration, reason: 'blue hurts the eyes', ...since }];
  expect(show(plan(changes, { notices, unavailable }), {}, { massDeletes, paused })).toBe(`
- Deployment shop/echo  west

= Namespace old  east, west
    kept, because objects that Sisyphus does not track live in it: Pod old/x

= Deployment shop/blue
    paused since 2026-11-23T00:30:02Z by ada: blue hurts the eyes

Cluster north is left out of this plan:
    the API server at https://north did not answer
    within 5s

This plan deletes 12 of the 20 objects in west; if that is meant, push with --allow-mass-delete.

Plan: 1 to delete (in 1 cluster); 1 cluster left out
`);
});

it('groups by cluster and namespace', () => {
  const changes = [
    change('delete', 'east', 'crd', { key: key('east', 'crd', { kind: 'CRD', namespace: '' }) }),
    change('delete', 'east', 'b'),
    change('delete', 'east', 'a'),
    change('delete', 'west', 'a'),
  ];
  expect(show(changes, { groupBy: 'cluster' })).toBe(`
east, objects without a namespace

- CRD crd  east

east, namespace shop

- Deployment shop/a  east

- Deployment shop/b  east

west, namespace shop

- Deployment shop/a  west

Plan: 4 to delete (in 2 clusters)
`);
});

it('counts each action and leaves blocked changes out of it', () => {
  const block = { reason: 'r', advice: 'a' };
  const changes = [
    ...['a', 'b', 'c'].map((name) => change('create', 'east', name)),
    ...['d', 'e'].map((name) => change('update', 'west', name)),
    change('recreate', 'east', 'f'),
    change('delete', 'east', 'g'),
    change('delete', 'north', 'h', { block }),
  ];
  expect(show(changes).trimEnd().split('\n').at(-1)).toBe(
    'Plan: 3 to create, 2 to update, 1 to recreate, 1 to delete (in 2 clusters); 1 blocked',
  );
});

it('colours by what happens, and only when it is asked to', () => {
  const changes = [
    change('create', 'east', 'a'),
    change('delete', 'east', 'b'),
    change('recreate', 'east', 'c', { before: { size: 1 }, after: { size: 2 }, reason: 'r' }),
  ];
  const colored = show(changes, { color: true });
  expect(colored).toContain('\x1b[32m+ Deployment shop/a\x1b[39m');
  expect(colored).toContain('\x1b[31m- Deployment shop/b\x1b[39m');
  expect(colored).toContain('\x1b[35m-/+ Deployment shop/c\x1b[39m');
  expect(colored).toContain('    \x1b[31m- size: 1\x1b[39m\n    \x1b[32m+ size: 2\x1b[39m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what colours are made of
  expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(show(changes));
});

it('lets nothing through that could drive a terminal', () => {
  const evil = '\x1b[2J\x9b1m\u202e\r\x07';
  const value = { spec: { [evil]: evil, text: `a\n${evil}\n` } };
  const changes = (['create', 'update', 'delete'] as const).map((action) =>
    change(action, `east${evil}`, `${action}${evil}`, {
      before: action === 'update' ? {} : value,
      after: value,
      fields: [
        { path: [evil], effect: 'change', managers: [evil] },
        { path: [evil], effect: 'release', managers: [evil] },
      ],
      warnings: [evil],
      reason: evil,
      block: { reason: evil, advice: evil },
    }),
  );
  const notices = [{ key: key(evil, evil), message: evil }];
  const all = plan(changes, { notices, unavailable: { [evil]: evil } });
  const massDeletes = [{ cluster: evil, deletes: 11, tracked: 11 }];
  const shown = show(all, { full: true }, { massDeletes });
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(shown).toContain('warning: \\x1b[2J\\x9b1m\\u{202e}\\r\\x07');
});

it('cuts long lines only where a width is given', () => {
  const changes = [echoUpdate('east', 'echo@1', `echo@${'2'.repeat(100)}`)];
  const shown = show(changes, { width: 40 });
  expect(shown).toContain(`    + image: echo@${'2'.repeat(21)}…\n`);
  expect(shown.split('\n').every((text) => text.length <= 40)).toBe(true);
  expect(show(changes)).toContain('2'.repeat(100));
});

it('shows a text that changed everywhere as a whole instead of searching for the smallest diff', () => {
  const text = (word: string) => ({
    data: { a: Array.from({ length: 3000 }, (_, n) => `${word} ${n}\n`).join('') },
  });
  const lines = show([
    change('update', 'east', 'big', { before: text('old'), after: text('new') }),
  ]).split('\n');
  expect(lines.filter((one) => one.startsWith('    -     old'))).toHaveLength(3000);
  expect(lines.filter((one) => one.startsWith('    +     new'))).toHaveLength(3000);
});
