import type { Problem } from '../../model/problem.ts';
import type { Validated } from '../../reconcile/validate.ts';
import { escapeControls } from './line.ts';
import { inOrder } from './problems-text.ts';

/**
 * Prints findings as GitHub's workflow commands, which it shows at the lines of a pull request:
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function formatAnnotations({ problems, notices }: Validated): string {
  return [
    ...inOrder(problems).map((problem) => annotation('error', problem)),
    ...inOrder(notices).map((notice) => annotation('notice', notice)),
  ].join('\n');
}

function annotation(command: string, { error }: Problem): string {
  const { position, code, message, detail, hint } = error;
  const place = position && { file: position.file, line: position.line, col: position.column };
  const properties = Object.entries({ ...place, title: `sisyphus: ${code}` })
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  const more = [detail?.trimEnd(), hint && `hint: ${hint}`].filter((text) => text !== undefined);
  return `::${command} ${properties}::${escapeData([message, ...more].join('\n'))}`;
}

function escapeData(text: string): string {
  const lines = text.split('\n').map((line) => escapeControls(line).replaceAll('%', '%25'));
  return lines.join('%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
