import { InternalError } from '../model/errors.ts';

/**
 * Asks about many at once what is asked about each: questions that come while others are being answered wait
 * and are then asked together. So no answer is older than its question.
 *
 * @param ask answers questions, in their order
 * @returns asks one; it throws what `ask` throws for any of those that were asked with it
 */
export function together<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  let open: Batch<Question, Answer> | undefined;
  let before: Promise<unknown> = Promise.resolve();

  const begin = (): Batch<Question, Answer> => {
    const questions: Question[] = [];
    const answers = before.then(() => {
      open = undefined;
      return ask(questions);
    });
    before = answers.catch(() => undefined);
    return { questions, answers };
  };

  return async (question) => {
    open ??= begin();
    const { questions, answers } = open;
    const place = questions.push(question) - 1;
    const answer = (await answers)[place];
    if (answer === undefined) throw new InternalError('a question was not answered');
    return answer;
  };
}

/** Questions that will be asked together. */
interface Batch<Question, Answer> {
  readonly questions: Question[];
  readonly answers: Promise<readonly Answer[]>;
}
