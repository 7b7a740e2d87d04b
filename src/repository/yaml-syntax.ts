import type { YAMLParseError } from 'yaml';

/**
 * Our sentences for the parser's errors. The parser's own ones quote the text around the error,
 * which may be a secret's value, and assume that the reader knows the YAML specification.
 */
const SENTENCES: Partial<Record<YAMLParseError['code'], string>> = {
  ALIAS_PROPS: 'An alias (`*name`) can have neither a tag nor an anchor.',
  BAD_ALIAS:
    'The name of an anchor or alias is missing; put text that starts with `&` or `*` in quotes.',
  BAD_DIRECTIVE: 'This `%` directive is not valid.',
  BAD_DQ_ESCAPE:
    'This escape does not exist in double-quoted text; write `\\\\` for a backslash, or use single quotes.',
  BAD_PROP_ORDER: 'An anchor or a tag must stand directly before its value.',
  BAD_SCALAR_START: 'Text that starts with this character must be put in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'A map cannot start on the line of its key; indent it below the key, or put text that contains `: ` in quotes.',
  BLOCK_IN_FLOW: 'Inside `{}` or `[]` everything must be written with `{}`, `[]` and commas.',
  KEY_OVER_1024_CHARS: 'A key may have at most 1024 characters.',
  MULTILINE_IMPLICIT_KEY: 'A key must stand on one line and be followed by `: `.',
  MULTIPLE_ANCHORS: 'A value can have only one anchor.',
  MULTIPLE_TAGS: 'A value can have only one tag.',
  RESOURCE_EXHAUSTION: 'Too many maps and lists stand in one another.',
  TAB_AS_INDENT: 'Tabs cannot indent YAML; use spaces.',
  UNEXPECTED_TOKEN:
    'This does not fit what stands before it; documents are separated by a line `---`.',
};

/** A sentence about a syntax error that quotes nothing of the text. */
export function explainSyntaxError({ code, message }: YAMLParseError): string {
  const known = SENTENCES[code];
  if (known !== undefined) return known;
  if (/closing .quote/.test(message)) return 'The closing quote is missing.';
  if (/must end with a|end with a [\]}]/.test(message)) return 'The closing `]` or `}` is missing.';
  if (code === 'BAD_INDENT') return 'The indentation does not fit the lines above.';
  return /map values/.test(message)
    ? 'A key must be followed by `: `.'
    : 'A space, a comma or another separator is missing here.';
}
