/** Prints an error that only a bug of our own can have caused on standard error, with its stack. */
export function printBug(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`sisyphus: this is a bug; please report it with what follows\n${text}\n`);
}
