import type { FaultRule, SeenRequest } from '../../bed/faults.ts';
import type { Random } from './random.ts';

/** What a request is for. */
type RequestKind = 'read' | 'create' | 'rehearse' | 'apply' | 'hand over' | 'patch' | 'delete';

/** Tells what a request to an API server is for. */
export function kindOf({ method, path, contentType = '' }: SeenRequest): RequestKind {
  if (method === 'POST') return path.includes('dryRun=') ? 'rehearse' : 'create';
  if (method === 'DELETE') return 'delete';
  if (method === 'GET') return 'read';
  if (!contentType.includes('apply-patch')) return 'patch';
  return path.includes('sisyphus-handover') ? 'hand over' : 'apply';
}

/** Where something goes wrong, and what. */
export interface Injection {
  readonly place: 'east' | 'west' | 'registry' | 'database';
  /** The requests that are counted. */
  readonly kind: RequestKind | 'write' | 'any';
  /** How many of them pass before. */
  readonly skip: number;
  readonly what: Trouble;
}

type Trouble =
  /** SIGKILL so long before a request is passed on, before its answer is, or after that. */
  | { readonly kill: 'before' | 'unanswered' | 'answered'; readonly delayMs: number }
  | { readonly fault: FaultRule['fault']; readonly times: number };

/** How many requests of a kind the scenario's second push sends to `east`, at least. */
const COUNTS: Readonly<Record<RequestKind, number>> = {
  read: 8,
  create: 1,
  rehearse: 1,
  apply: 8,
  'hand over': 1,
  patch: 3,
  delete: 3,
};

const KILLS = ['before', 'unanswered', 'answered'] as const;
const FAULTS: readonly FaultRule['fault'][] = [
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 500 },
  { status: 503, headers: { 'retry-after': '0' } },
  { reset: 'before' },
  { reset: 'after' },
  { cutAfterBytes: 20 },
  { hang: true },
  { delayMs: 300 },
];

/** Chooses what goes wrong. @param places where something may */
export function chooseInjection(random: Random, places: readonly Injection['place'][]): Injection {
  const place = random.pick(places);
  const kill = {
    kill: random.pick(KILLS),
    delayMs: random.chance(0.5) ? 0 : random.below(25),
  };
  if (place === 'database') return { place, kind: 'any', skip: random.below(40), what: kill };
  const isKill = random.chance(0.75);
  const what = isKill ? kill : { fault: random.pick(FAULTS), times: random.pick([1, 1, 2, 20]) };
  if (place === 'registry') return { place, kind: 'any', skip: random.below(3), what };
  if (place === 'west') return { place, kind: 'write', skip: random.below(3), what };
  const kind = random.pick(Object.keys(COUNTS) as RequestKind[]);
  return random.chance(0.3)
    ? { place, kind: 'write', skip: random.below(16), what }
    : { place, kind, skip: random.below(COUNTS[kind]), what };
}

/** The rule of a proxy that makes it go wrong. @param kill ends the command with SIGKILL */
export function ruleFor({ kind, skip, what }: Injection, kill: () => void): FaultRule {
  const fits = (request: SeenRequest) =>
    kind === 'any' || kindOf(request) === kind || (kind === 'write' && request.method !== 'GET');
  // A watch is no request that ends.
  const counted = { path: /^(?!.*watch=)/, fits, skip };
  if ('fault' in what) return { ...counted, fault: what.fault, times: what.times };
  const call = () => {
    if (what.delayMs === 0) kill();
    else setTimeout(kill, what.delayMs);
  };
  const faults: Readonly<Record<typeof what.kill, FaultRule['fault']>> = {
    before: what.delayMs === 0 ? { reset: 'before' } : { hang: true },
    unanswered: { reset: 'after' },
    answered: { pass: true },
  };
  return { ...counted, times: 1, fault: faults[what.kill], call };
}

/** `SIGKILL 3 ms after answering apply 4 of east`. */
export function describeInjection({ place, kind, skip, what }: Injection): string {
  const where = `request ${skip + 1} (${kind}) of ${place}`;
  if ('kill' in what) return `SIGKILL ${what.kill}, + ${what.delayMs} ms, at ${where}`;
  return `${JSON.stringify(what.fault)} ${what.times} times from ${where}`;
}
