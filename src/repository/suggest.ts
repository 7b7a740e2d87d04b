import { distance } from 'fastest-levenshtein';

/** The known words that someone may have meant, the most likely first. */
export function nearest(word: string, known: readonly string[]): string[] {
  return known
    .map((candidate) => ({
      candidate,
      edits: distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length * 0.4)))
    .sort((a, b) => a.edits - b.edits)
    .map(({ candidate }) => candidate);
}

/** The known word that someone most likely meant, or undefined where none is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  return nearest(word, known)[0];
}

/** `; did you mean …?` where a known word is near, else `; expected one of …`. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = suggest(word, known);
  if (meant !== undefined) return `; did you mean \`${meant}\`?`;
  return known.length === 0 ? '; no field is expected here.' : `; expected ${oneOf(known)}.`;
}

/** `a`, `b` or `c`, each in backquotes. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.pop();
  return quoted.length === 0 ? `${last}` : `${quoted.join(', ')} or ${last}`;
}
