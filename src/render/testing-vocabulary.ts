import type { ConstructorSpec } from '../starlark/protocol.ts';

/** What a test returns to have a program's manifest compared with the one that is kept. */
export const GOLDEN = 'Golden';

/** The words that only files which test programs have. */
export const TESTING_VOCABULARY: readonly ConstructorSpec[] = [
  {
    name: GOLDEN,
    keywordOnly: false,
    parameters: [
      { name: 'application', required: true },
      { name: 'ctx', required: true },
      { name: 'kind', required: false },
    ],
  },
];
