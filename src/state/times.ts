import type { DatabaseTime } from './schema.ts';

const LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/** A stored time as ISO 8601 in UTC and whole seconds. Every database gives it as text in UTC. */
export function readTime(time: DatabaseTime): string {
  return `${time.slice(0, LENGTH).replace(' ', 'T')}Z`;
}

/** A time in ISO 8601 in UTC as every database takes it. */
export function writeTime(time: string): DatabaseTime {
  return time.slice(0, LENGTH).replace('T', ' ');
}
