/** Longer texts of a user are cut in errors. */
const QUOTED_LENGTH_LIMIT = 200;

/**
 * A text of a user in backquotes, for an error: control and format characters, which could rule
 * the terminal, are written as escapes, and what is endless is cut.
 */
export function quote(text: string): string {
  const start = text.slice(0, QUOTED_LENGTH_LIMIT);
  const printable = start.replace(/\p{C}/gu, toEscape);
  return `\`${printable}${text.length > start.length ? '…' : ''}\``;
}

function toEscape(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
