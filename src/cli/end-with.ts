import { printBug } from './bug.ts';
import { EXIT } from './exit-code.ts';

/**
 * Ends the program with an exit code that is on its way. Where it never comes, or an error in its place, that
 * is a bug, and the program fails: Node would take one that waits for nothing any more for one that is done.
 */
export async function endWith(code: Promise<number>): Promise<void> {
  const fail = (error: unknown) => {
    process.exitCode = EXIT.failed;
    printBug(error);
  };
  const onIdle = () => fail('The command waits for something that will never come.');
  process.once('beforeExit', onIdle);
  try {
    process.exitCode = await code;
  } catch (error) {
    fail(error);
  } finally {
    process.off('beforeExit', onIdle);
  }
}
