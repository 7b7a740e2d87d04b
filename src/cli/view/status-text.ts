import { formatDeclaration } from '../../model/declaration.ts';
import { formatObject } from '../../model/object.ts';
import { formatPosition } from '../../model/position.ts';
import type { DeclarationStatus, ObjectStatus } from '../../reconcile/status.ts';
import { indent, type Line, line, type PrintOptions, printLines, span } from './line.ts';
import { by, pausedSince } from './words.ts';

/** Prints how a declaration stands: whether it is declared and paused, and what is recorded of it. */
export function formatStatus(status: DeclarationStatus, options: PrintOptions): string {
  const { id, objects, latest } = status;
  const lines = [
    line(formatDeclaration(id), 'strong'),
    ...indent([declaredLine(status), pauseLine(status), ...objectLines(objects)], 2),
    ...indent(latest.map(latestLine), 2),
  ];
  return printLines(lines, options);
}

function declaredLine({ isDeclared, position }: DeclarationStatus): Line {
  if (isDeclared === undefined) return line('no repository could be read', 'warning');
  if (!isDeclared) return line('not in the repository', 'warning');
  return line(position === undefined ? 'declared' : `declared at ${formatPosition(position)}`);
}

function pauseLine({ pause }: DeclarationStatus): Line {
  if (pause === undefined) return line('not paused');
  return line(pausedSince(pause), 'warning');
}

function objectLines(objects: readonly ObjectStatus[]): Line[] {
  if (objects.length === 0) return [line('no objects are recorded')];
  const width = Math.max(...objects.map(({ key }) => key.cluster.length));
  return objects.map(({ key, image, appliedAt }) => {
    const applied = appliedAt === undefined ? 'never applied' : `applied ${appliedAt}`;
    const configured = image === undefined ? '' : `, ${image}`;
    return [
      span(`${key.cluster.padEnd(width)}  `, 'strong'),
      span(`${formatObject(key)}: ${applied}${configured}`),
    ];
  });
}

function latestLine({ key, at, username, outcome, image }: DeclarationStatus['latest'][number]) {
  const tone = outcome === 'failed' ? 'error' : undefined;
  const ended = outcome ?? 'ended in an unknown way';
  return line(`last attempt in ${key.cluster} ${ended} at ${at}${by(username)}: ${image}`, tone);
}
