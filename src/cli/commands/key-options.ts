import type { Command } from 'commander';
import type { PlanFlags } from '../../config.ts';
import type { ObjectKey } from '../../model/object.ts';

/** The flags that name one object, and those that say where the database is. */
export interface KeyFlags {
  readonly apiVersion: string;
  readonly cluster: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly monitorDirectory?: string;
  readonly databaseUrl?: string;
  readonly lockTimeout?: number;
}

/** Adds the flags that name one object. */
export function withKeyOptions(command: Command): Command {
  return command
    .requiredOption('--api-version <version>', "the object's apiVersion")
    .requiredOption('--cluster <context>', 'its cluster')
    .requiredOption('--kind <kind>', 'its kind')
    .requiredOption('--name <name>', 'its name')
    .option('--namespace <namespace>', 'its namespace, where it has one');
}

/** The object that the flags name, and the other flags. */
export function keyOf({
  apiVersion,
  cluster,
  kind,
  name,
  namespace = '',
  monitorDirectory: directory,
  ...flags
}: KeyFlags): [ObjectKey, PlanFlags] {
  return [
    { apiVersion, cluster, kind, name, namespace },
    { ...flags, directory },
  ];
}
