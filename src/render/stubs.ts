import { CONTEXT, WORDS, type Word } from './vocabulary.ts';

const HEADER = `"""What programs of Sisyphus have beside Starlark's own words.

For editors and type checkers; made by \`sisyphus schema starlark\`.
"""

from typing import Any, Callable, Mapping, Sequence, TypeVar

Scalar = str | int | float | bool
"""What becomes text: booleans as \`true\` and \`false\`."""

Choice = TypeVar("Choice")

ByEnvironment = Choice | Mapping[str, Choice | None] | None
"""A value, or a dict from environment to value; what is missing or None is left out."""
`;

/** What the dialect has beyond the language's specification, as far as Python lacks it. */
const LANGUAGE: Readonly<Record<string, string>> = {
  load: `def load(module: str, *names: str, **renamed: str) -> None:
    """Loads names from a file: \`//lib/x.star\` from the image's root, else from this file's folder."""`,
  fail: `def fail(*args: Any, sep: str = " ") -> Any:
    """Stops the program with an error."""`,
  struct: `def struct(**fields: Any) -> Any:
    """A value with these fields."""`,
  record: `def record(**fields: Any) -> Any:
    """A function that makes values with these fields, checked by their types."""`,
  field: `def field(type: Any, default: Any = None) -> Any:
    """A field of a record, with a default."""`,
  enum: `def enum(*values: str) -> Any:
    """A function that takes these texts and no others."""`,
  partial: `def partial(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The function with some arguments given."""`,
  pprint: `def pprint(*args: Any) -> None:
    """Prints values over several lines."""`,
  debug: `def debug(value: Any) -> str:
    """How a value is made, for debugging."""`,
  json: `class json:
    """Texts in JSON."""

    @staticmethod
    def encode(value: Any) -> str:
        """The value as JSON."""

    @staticmethod
    def decode(text: str) -> Any:
        """The value that the JSON stands for."""`,
};

/** The names that the stubs explain of the language itself. */
export const LANGUAGE_NAMES = Object.keys(LANGUAGE);

/**
 * Prints the vocabulary as Python stubs: functions with docstrings, as starlark-lsp takes them for
 * builtins, and as Pyright takes them in `__builtins__.pyi`.
 */
export function starlarkStubs(): string {
  const blocks = [...WORDS.map(wordStub), contextStub(), ...Object.values(LANGUAGE)];
  return `${[HEADER.trimEnd(), ...blocks].join('\n\n\n')}\n`;
}

function wordStub({ name, description, keywordOnly, parameters }: Word): string {
  const declared = parameters.map(({ name: parameter, required, type }) =>
    required ? `    ${parameter}: ${type},` : `    ${parameter}: ${optional(type)} = None,`,
  );
  const documented = parameters.map((one) => `      ${one.name}: ${one.description}`);
  return [
    `class ${name}Value:`,
    `    """What ${name}(…) makes."""`,
    '',
    '',
    `def ${name}(`,
    ...(keywordOnly ? ['    *,'] : []),
    ...declared,
    `) -> ${name}Value:`,
    `    """${description}`,
    '',
    '    Args:',
    ...documented,
    '    """',
  ].join('\n');
}

function optional(type: string): string {
  return type.startsWith('ByEnvironment') ? type : `${type} | None`;
}

function contextStub(): string {
  const methods = Object.entries(CONTEXT).map(([name, description]) => {
    return `    def ${name}(self) -> str:\n        """${description}"""`;
  });
  return [
    'class Context:',
    '    """The argument of `main`. What is asked of it decides when a program runs again."""',
    '',
    methods.join('\n\n'),
  ].join('\n');
}
