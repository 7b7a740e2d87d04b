import { ServiceError } from '../model/errors.ts';
import { type Manifest, type ObjectType, typeId, valueAt } from '../model/object.ts';
import { askTypes, askVersion } from './ask-discovery.ts';
import type { CachedTypes, DiscoveryCache } from './discovery-cache.ts';
import { type DiscoveredTypes, preferredVersions } from './discovery-document.ts';
import type { Resource } from './port.ts';
import type { Transport } from './transport.ts';
import { WELL_KNOWN } from './well-known.ts';

/** Types and where they come from. */
interface Types extends DiscoveredTypes {
  readonly version: string;
  readonly table: ReadonlyMap<string, Resource>;
}

/**
 * The types of one cluster. What is kept on disk answers without a request; a type that it does not
 * know is asked for once in a run, and so is everything when the server has another version.
 */
export class Discovery {
  readonly #transport: Transport;
  readonly #cache: DiscoveryCache;
  readonly #learned = new Map<string, Resource>();
  #kept: Promise<Types | undefined> | undefined;
  #fresh: Promise<Types> | undefined;
  #version: Promise<string> | undefined;

  constructor(transport: Transport, cache: DiscoveryCache) {
    this.#transport = transport;
    this.#cache = cache;
  }

  /**
   * The type's place in the API, for planning: what was kept is good enough.
   *
   * @returns undefined where the server does not know the type
   */
  async find(type: ObjectType): Promise<Resource | undefined> {
    return this.#certain(type) ?? (await this.#keep())?.table.get(typeId(type)) ?? this.ask(type);
  }

  /** The type's place in the API, for a request: what was kept of another version is not used. */
  async locate(type: ObjectType): Promise<Resource | undefined> {
    const certain = this.#certain(type);
    if (certain !== undefined) return certain;
    const kept = await this.#keep();
    const found = kept?.table.get(typeId(type));
    if (found === undefined) return await this.ask(type);
    this.#version ??= askVersion(this.#transport);
    return kept?.version === (await this.#version) ? found : await this.ask(type);
  }

  /** The type's place as the server has told it in this run. */
  async ask(type: ObjectType): Promise<Resource | undefined> {
    const certain = this.#certain(type);
    if (certain !== undefined) return certain;
    this.#fresh ??= this.#discover();
    const { table, unknown } = await this.#fresh;
    const found = table.get(typeId(type));
    if (found === undefined && unknown.includes(type.apiVersion)) throw this.#incomplete(unknown);
    return found;
  }

  /**
   * All types in their preferred versions, asked anew.
   *
   * @throws ServiceError `incomplete-discovery` where a group's own server does not answer
   */
  async all(): Promise<Resource[]> {
    this.#fresh = this.#discover();
    const { resources, unknown } = await this.#fresh;
    if (unknown.length > 0) throw this.#incomplete(unknown);
    return preferredVersions(resources);
  }

  /** True for a type that was learned in this run: a server may take a moment to serve it. */
  isLearned(type: ObjectType): boolean {
    return this.#learned.has(typeId(type));
  }

  /** Takes the types that a CustomResourceDefinition defines. */
  learn(definition: Manifest): void {
    const group = valueAt(definition, 'spec', 'group');
    const kind = valueAt(definition, 'spec', 'names', 'kind');
    const resource = valueAt(definition, 'spec', 'names', 'plural');
    const versions = valueAt(definition, 'spec', 'versions');
    if (typeof kind !== 'string' || typeof resource !== 'string' || !Array.isArray(versions))
      return;
    const namespaced = valueAt(definition, 'spec', 'scope') === 'Namespaced';
    for (const version of versions) {
      if (valueAt(version, 'served') === false) continue;
      const apiVersion = `${String(group)}/${String(valueAt(version, 'name'))}`;
      const type = { apiVersion, kind, resource, namespaced, listable: true };
      this.#learned.set(typeId(type), type);
    }
  }

  #certain(type: ObjectType): Resource | undefined {
    return this.#learned.get(typeId(type)) ?? WELL_KNOWN_TABLE.get(typeId(type));
  }

  /** What is kept on disk, unless the server has been asked in this run. */
  async #keep(): Promise<Types | undefined> {
    if (this.#fresh !== undefined) return await this.#fresh;
    this.#kept ??= this.#cache.read(this.#transport.server).then((kept) => kept && typesOf(kept));
    return await this.#kept;
  }

  async #discover(): Promise<Types> {
    this.#version = askVersion(this.#transport);
    const [version, types] = await Promise.all([this.#version, askTypes(this.#transport)]);
    const { resources, unknown } = types;
    this.#cache.write({ server: this.#transport.server, version, resources });
    return { ...typesOf({ version, resources }), unknown };
  }

  #incomplete(unknown: readonly string[]): ServiceError {
    const { cluster } = this.#transport;
    return new ServiceError(
      `cluster ${cluster} cannot tell which types it serves in ${unknown.join(', ')}`,
      {
        code: 'incomplete-discovery',
        hint: `kubectl --context ${cluster} get apiservices names the server that does not answer`,
      },
    );
  }
}

function typesOf({ version, resources }: Pick<CachedTypes, 'version' | 'resources'>): Types {
  return { version, resources, unknown: [], table: tableOf(resources) };
}

/** By type; where a version has two places for a kind the first one counts. */
function tableOf(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  const table = new Map<string, Resource>();
  for (const resource of resources) {
    if (!table.has(typeId(resource))) table.set(typeId(resource), resource);
  }
  return table;
}

const WELL_KNOWN_TABLE = tableOf(WELL_KNOWN);
