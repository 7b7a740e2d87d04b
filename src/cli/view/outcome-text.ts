import type { Outcome } from '../../apply/events.ts';
import type { SisyphusError } from '../../model/errors.ts';
import { formatObject } from '../../model/object.ts';
import { formatPosition } from '../../model/position.ts';
import { indent, type Line, line, linesOf, type Span, span } from './line.ts';
import type { Tone } from './style.ts';
import { DONE, formatDuration } from './words.ts';

/** The longest word of an outcome: `recreated`. */
const WORD_WIDTH = 9;

/**
 * Tells how one change ended: `east  created    Deployment shop/echo (0.2 s)`, and below it what an
 * error adds.
 *
 * @param clusterWidth the columns to give to the cluster's name
 */
export function outcomeLines(outcome: Outcome, clusterWidth: number): Line[] {
  const { key } = outcome.change;
  const [word, tone] = wordOf(outcome);
  const start: Span[] = [
    span(`${key.cluster.padEnd(clusterWidth)}  `),
    span(word.padEnd(WORD_WIDTH), tone),
    span(`  ${formatObject(key)}`),
  ];
  const [first = [], ...more] = ending(outcome);
  return [[...start, ...first], ...indent(more, 4)];
}

/** What follows the object's name. */
function ending(outcome: Outcome): Line[] {
  if (outcome.type === 'applied') {
    const note = outcome.note === undefined ? [] : [span(`: ${outcome.note}`, 'warning')];
    return [[span(` (${formatDuration(outcome.durationMs)})`, 'faint'), ...note]];
  }
  const action = span(` (${outcome.change.action})`, 'faint');
  if (outcome.type === 'failed') {
    const [message = [], ...more] = errorLines(outcome.error);
    const position = outcome.change.desired?.position;
    const where = position === undefined ? [] : [line(`declared at ${formatPosition(position)}`)];
    return [[action, span(': '), ...message], ...indent(where, 2), ...more];
  }
  const [reason = [], ...more] = linesOf(outcome.reason);
  return [[action, span(outcome.type === 'kept' ? ': ' : ', because '), ...reason], ...more];
}

function wordOf(outcome: Outcome): [word: string, tone: Tone] {
  switch (outcome.type) {
    case 'applied':
      return [DONE[outcome.change.action], outcome.change.action];
    case 'failed':
      return ['failed', 'error'];
    default:
      return [outcome.type, 'warning'];
  }
}

/** An error's sentence, its detail and its hint, without its position. */
export function errorLines({ message, detail, hint }: SisyphusError): Line[] {
  return [
    ...linesOf(message),
    ...(detail === undefined ? [] : indent(linesOf(detail.trimEnd(), 'faint'), 2)),
    ...(hint === undefined ? [] : indent([line(`hint: ${hint}`)], 2)),
  ];
}
