/** One way to authenticate that a server offers. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By name in lower case: `realm`, `service`, `scope`. */
  readonly parameters: Readonly<Record<string, string>>;
}

// RFC 9110, 5.6.2 (token) and 5.6.4 (quoted string).
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(
  `[\\s,]*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`,
  'y',
);
const SCHEME = new RegExp(`[\\s,]*(${TOKEN})(?=\\s|,|$)`, 'y');

/**
 * Reads a `WWW-Authenticate` header (RFC 9110, 11.6.1), which may hold several challenges. Reading
 * stops where the header makes no sense.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let at = 0;
  for (;;) {
    const scheme = matchAt(SCHEME, header, at);
    if (scheme === undefined) return challenges;
    at = scheme.end;
    const parameters: Record<string, string> = {};
    for (;;) {
      const parameter = matchAt(PARAMETER, header, at);
      if (parameter === undefined) break;
      at = parameter.end;
      const [name = '', quoted, plain = ''] = parameter.groups;
      parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    }
    challenges.push({ scheme: (scheme.groups[0] ?? '').toLowerCase(), parameters });
  }
}

/**
 * The challenge to answer: a bearer token before a password. Undefined when neither is offered.
 *
 * @param header the `WWW-Authenticate` header, which may come several times
 */
export function chooseChallenge(header: string | string[] | undefined): Challenge | undefined {
  const challenges = [header ?? []].flat().flatMap(parseChallenges);
  return (
    challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.realm) ??
    challenges.find(({ scheme }) => scheme === 'basic')
  );
}

function matchAt(
  pattern: RegExp,
  text: string,
  at: number,
): { groups: (string | undefined)[]; end: number } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : { groups: match.slice(1), end: pattern.lastIndex };
}
