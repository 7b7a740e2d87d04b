import type { ImageSource } from '../image/image-source.ts';
import type { ImageLimits } from '../image/limits.ts';
import type { RegistryUploader } from '../image/registry-upload.ts';
import type { EvaluationTools } from '../program/evaluate-program.ts';

/** What the developer's commands stand on: neither cluster nor database. */
export interface Workbench extends EvaluationTools {
  readonly images: ImageSource;
  readonly uploader: RegistryUploader;
  readonly imageLimits: ImageLimits;
}
