const MAX_LENGTH = 600;

/**
 * Makes text from an image or a registry safe to show: no control characters, which could drive the
 * terminal, no invisible ones, and not long.
 */
export function printable(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ');
}
