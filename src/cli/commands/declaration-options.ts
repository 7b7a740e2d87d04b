import { type Command, Option } from 'commander';
import type { DeclarationId } from '../../model/declaration.ts';

/** Adds the flags that name one declaration. */
export function withDeclarationOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--kind <kind>', "the declaration's kind")
        .choices(['Deployment', 'CronJob', 'KubernetesYaml'])
        .makeOptionMandatory(),
    )
    .requiredOption('--namespace <folder>', 'the folder that it stands in')
    .requiredOption('--name <name>', 'its name');
}

interface DeclarationFlags extends DeclarationId {
  readonly monitorDirectory?: string;
}

/** The other flags of a command. */
type Rest<T> = Omit<T, keyof DeclarationFlags>;

/** The flags of a command as they are parsed: those that name a declaration, and its own. */
export type Named<T> = Rest<T> & DeclarationFlags;

/** The declaration that the flags name, and the other flags. */
export function declarationOf<T>({
  kind,
  namespace,
  name,
  monitorDirectory: directory,
  ...flags
}: Named<T>): [DeclarationId, Rest<T> & { readonly directory?: string }] {
  const rest = flags as unknown as Rest<T>;
  return [
    { kind, namespace, name },
    { ...rest, ...(directory !== undefined && { directory }) },
  ];
}
