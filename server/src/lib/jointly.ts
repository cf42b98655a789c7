interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes of work on many things a function for one. While the work is under way, those who come wait, and the next round
 * of it is for all of them together: who comes alone is served at once, and a crowd costs few rounds. With a database
 * at the other end that is one statement instead of hundreds, without a timer and without a number to tune.
 *
 * @param work answers in the order of what it is asked; what it throws, everybody in its round gets
 */
export function jointly<Ask, Answer>(
  work: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
): (ask: Ask) => Promise<Answer> {
  let waiting: Waiting<Ask, Answer>[] = [];
  let underWay = false;

  async function serveWaiting(): Promise<void> {
    underWay = true;
    while (waiting.length > 0) {
      const together = waiting;
      waiting = [];
      await serve(together);
    }
    underWay = false;
  }

  async function serve(together: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await work(together.map(({ ask }) => ask));
      if (answers.length !== together.length) throw new Error('The work did not answer everybody.');
      // As many answers as asks.
      together.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  return async (ask) =>
    await new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject });
      if (!underWay) void serveWaiting();
    });
}
