import type { Bed } from './bed.ts';
import { sisyphusCommand } from './commands.ts';

/** What runs, before anything happens. */
export function introduction(bed: Bed, folder: string): string {
  return `Two Kubernetes clusters run on this machine, ${bed.contexts.join(' and ')}, and an image registry.
The example is copied to ${folder}, with the registry's address, so the clone stays as it is.`;
}

/**
 * What to try next, with all that it takes.
 * @param staysUp whether the clusters are still there when somebody reads it
 */
export function nextSteps(bed: Bed, folder: string, staysUp: boolean): string {
  return `${staysUp ? access(bed, folder) : offer}
   Change the replicas in example/production/shop/index.yaml:
      sisyphus diff example/production
      sisyphus push example/production
   Change example/echo/echo.star; this demo pushes its image when it is saved:
      sisyphus push example/production
      kubectl --context east --namespace shop get pods
   Set the value of a secret; no push will touch it:
      kubectl --context east --namespace shop patch secret echo --patch '{"stringData":{"report-token":"mine"}}'
   Remove a namespace with all that runs in it:
      rm -r example/production/jobs
      sisyphus push example/production

`;
}

const offer = `   On a terminal, "npm run demo" stays up here and says how another shell gets at it. There, try:
`;

function access(bed: Bed, folder: string): string {
  return `   All of it runs until Ctrl-C. In another shell:

   cd ${folder}
   export KUBECONFIG=${bed.kubeconfigPath}
   alias sisyphus="${sisyphusCommand.join(' ')}"
   alias kubectl="${bed.kubectlCommand}"

   Then, for example:
`;
}
