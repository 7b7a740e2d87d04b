import { expect, it } from 'vitest';
import { ServiceError, UserError } from '../../model/errors.ts';
import type { Problem } from '../../model/problem.ts';
import { formatProblems } from './problems-text.ts';

function problem(message: string, file: string, line: number, column = 1): Problem {
  return { error: new UserError(message, { code: 'c', position: { file, line, column } }) };
}

it('prints all problems by file, line and column, and counts them', () => {
  const declaration = { kind: 'Deployment', namespace: 'shop', name: 'echo' };
  const problems: Problem[] = [
    { error: new ServiceError('the registry did not answer', { code: 'c' }), declaration },
    { error: new ServiceError('the disk is full', { code: 'c' }) },
    problem('third', 'b.yaml', 1),
    problem('second', 'a.yaml', 10, 3),
    problem('first', 'a.yaml', 9, 40),
  ];
  expect(formatProblems(problems, 'nothing was applied', { color: false })).toBe(
    `a.yaml:9:40: first
a.yaml:10:3: second
b.yaml:1:1: third
Deployment shop/echo: the registry did not answer
error: the disk is full
5 errors; nothing was applied.`,
  );
});

it('prints a back-trace and a hint below the sentence', () => {
  const error = new UserError('the program failed: division by zero', {
    code: 'program-failed',
    position: { file: 'shop/index.yaml', line: 7, column: 10 },
    detail: 'Traceback:\n  main.star:3:5, in main\n',
    hint: 'run it with `sisyphus app run-config`',
  });
  expect(formatProblems([{ error }], 'nothing was applied', { color: false })).toBe(
    `shop/index.yaml:7:10: the program failed: division by zero
  Traceback:
    main.star:3:5, in main
  hint: run it with \`sisyphus app run-config\`
1 error; nothing was applied.`,
  );
});

it('escapes what a file or a program may smuggle in', () => {
  const error = new UserError('unknown field "\x1b[2J"', { code: 'c', detail: 'x\r\x9b0m' });
  expect(formatProblems([{ error }], 'nothing was applied', { color: false })).toContain(
    'unknown field "\\x1b[2J"\n  x\\r\\x9b0m\n',
  );
});
