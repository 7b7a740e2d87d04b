import en from 'zod/v4/locales/en.js';

/**
 * Makes a schema say in English sentences what is wrong: `schema.safeParse(value, IN_ENGLISH)`. For
 * rooms that print zod's own sentences; `zod/mini` without a language only says `Invalid input`.
 */
export const IN_ENGLISH = { error: en().localeError };
