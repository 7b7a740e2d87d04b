import pc from 'picocolors';

/** What a piece of text means; the colour follows from it. */
export type Tone =
  | 'create'
  | 'update'
  | 'recreate'
  | 'delete'
  | 'added'
  | 'removed'
  | 'place'
  | 'warning'
  | 'error'
  | 'strong'
  | 'faint';

/** Colours for every tone. */
export type Palette = Readonly<Record<Tone, (text: string) => string>>;

/** The palette of a terminal with colours, or one that leaves every text as it is. */
export function createPalette(color: boolean): Palette {
  const colors = pc.createColors(color);
  return {
    create: colors.green,
    update: colors.yellow,
    recreate: colors.magenta,
    delete: colors.red,
    added: colors.green,
    removed: colors.red,
    place: colors.cyan,
    warning: colors.yellow,
    error: colors.red,
    strong: colors.bold,
    faint: colors.dim,
  };
}

/** What this room asks of a stream, as of `process.stdout`. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether text on a stream is coloured. A non-empty `NO_COLOR` (no-color.org) wins over everything,
 * then `FORCE_COLOR` (force-color.org; `0` and `false` force it off, as in Node.js); otherwise only
 * a terminal outside of CI gets colours.
 */
export function wantsColor(stream: Terminal, env: Environment): boolean {
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return !['0', 'false'].includes(env.FORCE_COLOR);
  return isPersonWatching(stream, env);
}

const ROWS_MIN = 5;
const COLUMNS_MIN = 40;

/**
 * Whether a live view can be drawn on a stream: a terminal outside of CI with some room. Terminals
 * without a size exist (`docker exec -t`, `script`), and Ink would erase their scrollback.
 */
export function canDraw(stream: Terminal, env: Environment): boolean {
  const { columns = 0, rows = 0 } = stream;
  return isPersonWatching(stream, env) && rows >= ROWS_MIN && columns >= COLUMNS_MIN;
}

function isPersonWatching(stream: Terminal, env: Environment): boolean {
  const inCi = isSet(env.CI) && env.CI !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb' && !inCi;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
