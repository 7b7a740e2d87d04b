import { UserError } from '../model/errors.ts';
import type { ImageLimits } from './limits.ts';
import { printable } from './printable.ts';

/** The error for an image whose content contradicts itself or its digests. */
export function brokenImage(image: string, why: string, cause?: unknown): UserError {
  return new UserError(`${image} is damaged: ${printable(why)}.`, {
    code: 'broken-image',
    hint: 'Build and push the image again.',
    cause,
  });
}

/** The error for an image that reaches out of its own tree. */
export function unsafeImage(image: string, why: string): UserError {
  return new UserError(`${image} is not safe to unpack: ${printable(why)}.`, {
    code: 'unsafe-image',
    hint: 'Every path and link of a config image must stay inside the image: build it from files below one folder.',
  });
}

/** The error for an image that takes more than a limit allows. */
export function imageTooLarge(
  image: string,
  what: string,
  limit: keyof ImageLimits,
  limits: ImageLimits,
): UserError {
  return new UserError(
    `${image} is too large: ${printable(what)} (limit ${limit}: ${limits[limit]}).`,
    {
      code: 'image-too-large',
      hint: 'A config image holds index.json and Starlark files only; is this the binary image?',
    },
  );
}
