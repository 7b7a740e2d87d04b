/** Annotation with the config image's resolved reference, on the Deployment or CronJob itself. */
export const IMAGE_ANNOTATION = 'sisyphus.april.dev/config-image';
