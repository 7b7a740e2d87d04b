import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { type FaultProxy, type FaultRule, startFaultProxy } from '../bed/faults.ts';
import type { World } from './world.ts';

/** A way to the clusters of the bed through proxies that can be told to misbehave. */
export interface FaultyWay {
  /** The environment of a command that goes this way. */
  readonly env: { readonly KUBECONFIG: string };
  readonly east: FaultProxy;
  readonly west: FaultProxy;
}

/** Opens a way for as long as the test lasts. @param rules what goes wrong in `east` */
export async function openFaultyWay(
  world: World,
  rules: readonly FaultRule[] = [],
): Promise<FaultyWay> {
  const config = parse(await readFile(world.env.KUBECONFIG ?? '', 'utf8'));
  const open = async (name: string, rulesOfIt: readonly FaultRule[]) => {
    const { cluster } = config.clusters.find((one: { name: string }) => one.name === name);
    const encoded: string = cluster['certificate-authority-data'];
    const certificateAuthority = Buffer.from(encoded, 'base64').toString();
    const proxy = await startFaultProxy({ url: cluster.server, certificateAuthority }, rulesOfIt);
    onTestFinished(() => proxy.stop());
    cluster.server = proxy.url;
    delete cluster['certificate-authority-data'];
    return proxy;
  };
  const [east, west] = [await open('east', rules), await open('west', [])];
  const path = join(world.root, `kubeconfig-${new URL(east.url).port}`);
  await writeFile(path, stringify(config));
  return { env: { KUBECONFIG: path }, east, west };
}
