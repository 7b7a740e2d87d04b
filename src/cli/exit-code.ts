/** What scripts may rely on. */
export const EXIT = {
  /** Done, or nothing to do. */
  done: 0,
  /** Something failed, or was not done. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** `diff --exit-code`: there are changes. */
  changes: 3,
  /** Interrupted by SIGINT: 128 + 2. */
  interrupted: 130,
  /** Whoever read the output went away, as in `sisyphus diff | head`: 128 + 13, as SIGPIPE ends other programs. */
  unread: 141,
} as const;

/** Takes the exit code of the command that ran. */
export type Exit = (code: number) => void;
