const ECHO = '--kind Deployment --namespace shop --name echo';

export const OBJECT_HELP = `
A declaration is named as in the repository: by its kind, its folder and its name.

Examples:
  sisyphus object status ${ECHO}
  sisyphus object history ${ECHO}`;

export const STATUS_HELP = `
Examples:
  sisyphus object status ${ECHO}
  sisyphus object status ${ECHO} --output json`;

export const HISTORY_HELP = `
With --diff, each attempt is compared with the one before it in the same cluster.

Examples:
  sisyphus object history ${ECHO}
  sisyphus object history ${ECHO} --limit 2 --diff`;

export const PAUSE_HELP = `
A paused declaration takes no part in a push: its image is not resolved, and its objects stay as they
are, even when it is gone from the repository.

Examples:
  sisyphus object pause ${ECHO} --reason "rolled back"`;

export const RESUME_HELP = `
Examples:
  sisyphus object resume ${ECHO}`;

export const PUSH_HELP = `
Renders and applies this declaration and no other one. It deletes nothing and keeps a pause. To roll
back, pause the declaration first, or the next push brings back what the repository says.

Examples:
  sisyphus object push ${ECHO} --image registry.example/echo_config@sha256:…
  sisyphus object push ${ECHO} --yes`;
