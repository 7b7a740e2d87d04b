/** Licenses that let anybody ship the code in a program under the MIT license; the first is chosen. */
const ALLOWED = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Zlib',
  'Apache-2.0',
  '0BSD',
  'MIT-0',
  'CC0-1.0',
];

/**
 * Chooses what a package is used under.
 *
 * @param expression SPDX, without parentheses: `MIT OR Apache-2.0`, `MIT AND BSD-3-Clause`
 * @returns the licenses that hold together: one, or all that `AND` joins; nothing where some part of
 *   every alternative is not allowed
 */
export function chooseLicenses(expression: string): readonly string[] | undefined {
  const alternatives = expression
    .split(/\s+OR\s+|\//)
    .map((alternative) => alternative.split(/\s+AND\s+/).map((id) => id.trim()))
    .filter((ids) => ids.every((id) => ALLOWED.includes(id)));
  const rank = (ids: readonly string[]) => Math.max(...ids.map((id) => ALLOWED.indexOf(id)));
  return alternatives.sort((a, b) => rank(a) - rank(b))[0];
}

/**
 * Chooses among a package's files those that hold the texts of its licenses, and notices.
 *
 * @param names all files beside the package's manifest
 * @param ids what the package is used under
 */
export function licenseFiles(names: readonly string[], ids: readonly string[]): string[] {
  const notices = names.filter((name) => /^notice/i.test(name));
  const texts = names.filter((name) => /^(licen[cs]e|copying)(?!s)/i.test(name));
  const named = texts.filter((name) => ids.some((id) => namesLicense(name, id)));
  const general = texts.filter((name) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(name));
  const chosen = [named, general].find((files) => files.length > 0) ?? [];
  return [...chosen, ...notices].sort();
}

/** Whether a file's name ends in a license's: `LICENSE-MIT`, `LICENSE_A2`, `LICENSE-APACHE.txt`. */
function namesLicense(name: string, id: string): boolean {
  const suffix = /^[a-z]+[-_.](\w+?)(\.txt|\.md)?$/i.exec(name)?.[1]?.toUpperCase();
  const words = id === 'Apache-2.0' ? ['APACHE', 'A2'] : [id.split('-')[0]?.toUpperCase()];
  return suffix !== undefined && words.includes(suffix);
}
