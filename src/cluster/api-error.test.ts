import { describe, expect, it } from 'vitest';
import { formatError } from '../model/errors.ts';
import { apiError } from './api-error.ts';
import type { Action } from './hint.ts';

const DEPLOYMENT: Action = {
  cluster: 'east',
  verb: 'apply',
  object: 'Deployment shop/echo',
  resource: 'deployments.apps',
  namespace: 'shop',
  secret: false,
};
const SECRET: Action = {
  ...DEPLOYMENT,
  verb: 'create',
  object: 'Secret shop/keys',
  resource: 'secrets',
  secret: true,
};

const print = (code: number, body: unknown, action = DEPLOYMENT) =>
  formatError(apiError(code, body, action));

/** An API server's answer, as it sends them. */
const status = (message: string, reason: string, details: object = {}) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  details,
});

describe('an error answer', () => {
  it("names cluster, object and the server's words", () => {
    const body = status('deployments.apps "echo" already exists', 'AlreadyExists');
    const error = apiError(409, body, { ...DEPLOYMENT, verb: 'create' });
    expect(error).toMatchObject({ code: 'api-error', status: 409, reason: 'AlreadyExists' });
    expect(error.message).toBe(
      'cluster east refused to create Deployment shop/echo: deployments.apps "echo" already exists',
    );
  });

  it('is a failure of the server where it is one', () => {
    expect(print(500, status('etcdserver: request timed out', ''))).toBe(
      'cluster east failed to apply Deployment shop/echo: etcdserver: request timed out',
    );
  });

  it("tells the HTTP status where the body is not the API server's", () => {
    expect(print(502, undefined)).toBe(
      'cluster east failed to apply Deployment shop/echo: BadGateway (502)',
    );
    expect(apiError(418, { message: 7, details: 'x' }, DEPLOYMENT).message).toContain('(418)');
    expect(apiError(599, undefined, DEPLOYMENT).reason).toBe('Status599');
  });

  it('is one line of bounded length, and nothing that a terminal obeys', () => {
    const { message } = apiError(
      400,
      status(`\u001b[31mred\n\u202eline${'x'.repeat(9_999)}`, 'BadRequest'),
      DEPLOYMENT,
    );
    expect(message).toContain(': [31mred linexxx');
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(1_100);
  });

  it('lists the fields that other managers own', () => {
    const cause = (message: string, field: string) => ({
      reason: 'FieldManagerConflict',
      message,
      field,
    });
    const causes = [
      cause(
        'conflict with "kubectl-scale" with subresource "scale" using apps/v1',
        '.spec.replicas',
      ),
      cause('conflict with "say \\"hi\\"" using apps/v1 at 2026-11-21T07:31:18Z', '.spec.paused'),
      cause('something new', '.spec.other'),
      { reason: 'FieldValueInvalid', message: 'conflict with "nobody"', field: '.spec' },
    ];
    const body = status('Apply failed with 3 conflicts', 'Conflict', { causes });
    expect(apiError(409, body, DEPLOYMENT).conflicts).toEqual([
      { manager: 'kubectl-scale', field: '.spec.replicas' },
      { manager: 'say \\"hi\\"', field: '.spec.paused' },
      { manager: 'another manager', field: '.spec.other' },
    ]);
  });
});

describe('an error about a Secret', () => {
  const canary = 'c2VjcmV0LWNhbmFyeQ==';

  it("tells reason and fields, and none of the server's words", () => {
    const causes = [
      { reason: 'FieldValueInvalid', message: `Invalid value: "${canary}"`, field: 'data[token]' },
    ];
    const error = apiError(
      422,
      status(`Secret "keys" is invalid: ${canary}`, 'Invalid', { causes }),
      SECRET,
    );
    expect(formatError(error)).toBe(
      [
        'cluster east refused to create Secret shop/keys: Invalid (422): data[token]',
        "  hint: the server's words are left out, because they may quote a value",
      ].join('\n'),
    );
    expect(JSON.stringify({ ...error, stack: error.stack })).not.toContain(canary);
  });

  it('still has the hints that quote nothing', () => {
    const message = `secrets is forbidden: User "${canary}" cannot create resource "secrets"`;
    const text = print(403, status(message, 'Forbidden'), SECRET);
    expect(text).toContain('needs the permission to create secrets in namespace shop');
    expect(text).not.toContain(canary);
  });
});

describe('the hint', () => {
  const hint = (code: number, message: string, details = {}, action = DEPLOYMENT) =>
    apiError(code, status(message, 'Reason', details), action).hint;

  it('names the missing permission and how to test it', () => {
    const message =
      'deployments.apps "echo" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "shop"';
    expect(hint(403, message)).toBe(
      "the context's user needs the permission to patch and create deployments.apps in namespace shop; kubectl --context east auth can-i patch deployments.apps --namespace shop tests it",
    );
    const list = { ...DEPLOYMENT, verb: 'list', resource: 'nodes', namespace: '' } as const;
    expect(hint(403, 'nodes is forbidden: User "ci" cannot list resource "nodes"', {}, list)).toBe(
      "the context's user needs the permission to list nodes; kubectl --context east auth can-i list nodes tests it",
    );
  });

  it.each([
    ['refused credentials', 401, 'Unauthorized', /log in/],
    ['an immutable field', 422, 'spec.selector: Invalid value: {}: field is immutable', /in place/],
    [
      'a claim of storage',
      422,
      'spec: Forbidden: spec is immutable after creation except resources.requests',
      /in place/,
    ],
    [
      'a webhook that says no',
      403,
      'admission webhook "policy.example" denied the request: no',
      /forbids it/,
    ],
    [
      'a webhook that says nothing',
      500,
      'Internal error occurred: failed calling webhook "x": connection refused',
      /does not answer/,
    ],
    [
      'an unknown field',
      400,
      'strict decoding error: unknown field "spec.foo"',
      /explain deployments\.apps/,
    ],
    [
      'an unknown field of an apply',
      500,
      'failed to create typed patch object (shop/echo; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema',
      /explain deployments\.apps/,
    ],
    [
      'an unknown type',
      404,
      'the server could not find the requested resource',
      /CustomResourceDefinition/,
    ],
  ])('tells what to do about %s', (_what, code, message, expected) => {
    expect(hint(code, message)).toMatch(expected);
  });

  it('tells of a namespace that is being deleted', () => {
    const details = {
      causes: [{ reason: 'NamespaceTerminating', message: 'x', field: 'metadata.namespace' }],
    };
    expect(hint(403, 'unable to create new content in namespace shop', details)).toBe(
      'the namespace shop is being deleted; push again when it is gone',
    );
  });

  it('is none where the server says all there is to say', () => {
    expect(
      hint(404, 'namespaces "shop" not found', { name: 'shop', kind: 'namespaces' }),
    ).toBeUndefined();
    expect(hint(403, 'exceeded quota: pods')).toBeUndefined();
  });
});
