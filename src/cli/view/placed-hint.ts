import { formatCommand } from '../../local/shell.ts';
import { plain } from '../../local/value.ts';

/** Where repository and database are, as the flags of a command say. */
export interface Place {
  readonly directory?: string;
  readonly databaseUrl?: string;
}

/** The commands that need to know the place, as a hint names them. */
const PLACED = /\bsisyphus (?:diff|forget|import|push|refresh|unlock|object [a-z]+)(?!\S)/g;

/**
 * Adds to the commands that a hint names the flags with which the user said where repository and
 * database are, so that they work when they are pasted. What a variable says needs no flag. The URL of
 * a server may hold a password, and stays a word to fill in.
 */
export function placedHint(hint: string, { directory, databaseUrl }: Place): string {
  const url = databaseUrl?.startsWith('sqlite:') === false ? 'URL' : databaseUrl;
  const flags = [
    ...(directory === undefined ? [] : ['--monitor-directory', directory]),
    ...(url === undefined ? [] : ['--database-url', url]),
  ];
  return hint.replace(PLACED, (command) =>
    formatCommand({
      program: 'sisyphus',
      args: [...command.split(' ').slice(1), ...flags].map(plain),
      env: [],
    }),
  );
}
