import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What a process can be found by again. */
export interface ProcessIdentity {
  readonly host: string;
  /** The running kernel and the set of processes that the pid counts in; null where unknown. */
  readonly machine: string | null;
  readonly pid: number;
  /** When it started, in the kernel's ticks since boot; null where unknown. */
  readonly processStart: string | null;
}

/** This very process. */
export function thisProcess(): ProcessIdentity {
  const { pid } = process;
  return {
    host: hostname(),
    machine: thisMachine(),
    pid,
    processStart: readStat(pid)?.start ?? null,
  };
}

/**
 * True only where it is certain that a process has ended: it ran under this kernel, in this
 * container, and its pid is free or another process' by now. A host's name alone says too little: two
 * containers, or two laptops with one database, may share it.
 */
export function hasSurelyEnded(one: ProcessIdentity): boolean {
  const machine = thisMachine();
  if (machine === null || machine !== one.machine || hostname() !== one.host) return false;
  if (!hasPid(one.pid)) return true;
  const stat = readStat(one.pid);
  if (stat === undefined) return false;
  return stat.ended || (one.processStart !== null && stat.start !== one.processStart);
}

/** Only Linux tells; elsewhere nobody is surely dead. */
function thisMachine(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

function hasPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, of another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** See proc_pid_stat(5). The name in parentheses may hold anything, parentheses included. */
function readStat(pid: number): { readonly ended: boolean; readonly start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', start = ''] = [fields[0], fields[19]];
    // A zombie has ended; it only waits for its parent to notice.
    return { ended: ['Z', 'X'].includes(state), start };
  } catch {
    return undefined;
  }
}
