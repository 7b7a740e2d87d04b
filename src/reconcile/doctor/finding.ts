import { SisyphusError } from '../../model/errors.ts';

/** What a finding is about. */
export type Area =
  | 'program'
  | 'cache'
  | 'repository'
  | 'database'
  | 'kubeconfig'
  | 'cluster'
  | 'permissions'
  | 'registry'
  | 'image';

/** One thing that was looked at. */
export interface Finding {
  readonly area: Area;
  /** Which cluster, registry or image. */
  readonly subject?: string;
  /** A warning keeps some commands from working, or may soon; what failed keeps a push from it. */
  readonly verdict: 'fine' | 'warning' | 'failed';
  readonly message: string;
  /** What a person can do about it. */
  readonly advice?: string;
}

/** Where findings go as they are made. */
export type About = Pick<Finding, 'area' | 'subject'>;

/** Something that is as it should be. */
export function fine(about: About, message: string): Finding {
  return { ...about, verdict: 'fine', message };
}

/** Something that works, but not in every case. */
export function warning(about: About, message: string, advice: string): Finding {
  return { ...about, verdict: 'warning', message, advice };
}

/** Something that does not work. */
export function failed(about: About, message: string, advice?: string): Finding {
  return { ...about, verdict: 'failed', message, ...(advice !== undefined && { advice }) };
}

/** Says how long an answer took. @param beganMs by `performance.now()` */
export function answeredSince(beganMs: number): string {
  return `answered in ${Math.round(performance.now() - beganMs)} ms`;
}

/**
 * Does a check; an error that a person can mend is its finding.
 * @param advice what to do about errors that do not say it themselves
 */
export async function check(
  about: About,
  look: () => Promise<Finding | readonly Finding[]>,
  advice?: string,
): Promise<readonly Finding[]> {
  try {
    return [await look()].flat();
  } catch (thrown) {
    if (!(thrown instanceof SisyphusError)) throw thrown;
    return [failed(about, thrown.message, thrown.hint ?? advice)];
  }
}
