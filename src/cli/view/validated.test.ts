import { describe, expect, it } from 'vitest';
import { UserError } from '../../model/errors.ts';
import type { Validated } from '../../reconcile/validate.ts';
import { formatAnnotations } from './annotations.ts';
import { formatValidated } from './validated.ts';

const found: Validated = {
  declarations: 2,
  objects: 1,
  problems: [
    {
      error: new UserError('100% wrong: a, b', {
        code: 'starlark-error',
        position: { file: 'a,b/index.yaml', line: 7, column: 3 },
        detail: 'Traceback:\n  x.star:1:1\n',
        hint: 'mend it',
      }),
    },
    {
      error: new UserError('unknown field', {
        code: 'unknown-field',
        position: { file: 'a,b/index.yaml', line: 2, column: 1 },
      }),
    },
  ],
  notices: [{ error: new UserError('there is no kubeconfig', { code: 'no-kubeconfig' }) }],
};

describe('the findings of a validation', () => {
  it('come by file and line, notices last, and are counted', () => {
    expect(formatValidated(found, { color: false })).toBe(
      [
        'a,b/index.yaml:2:1: unknown field',
        'a,b/index.yaml:7:3: 100% wrong: a, b',
        '  Traceback:',
        '    x.star:1:1',
        '  hint: mend it',
        'notice: there is no kubeconfig',
        '2 errors, 1 notice (2 declarations, 1 object)',
      ].join('\n'),
    );
  });

  it("are GitHub's annotations, escaped as its workflow commands want it", () => {
    expect(formatAnnotations(found).split('\n')).toEqual([
      '::error file=a%2Cb/index.yaml,line=2,col=1,title=sisyphus%3A unknown-field::unknown field',
      '::error file=a%2Cb/index.yaml,line=7,col=3,title=sisyphus%3A starlark-error::100%25 wrong: a, b%0ATraceback:%0A  x.star:1:1%0Ahint: mend it',
      '::notice title=sisyphus%3A no-kubeconfig::there is no kubeconfig',
    ]);
  });

  it('say that there are no errors', () => {
    const fine = { declarations: 1, objects: 3, problems: [], notices: [] };
    expect(formatValidated(fine, { color: false })).toBe('No errors (1 declaration, 3 objects)');
    expect(formatAnnotations(fine)).toBe('');
  });
});
