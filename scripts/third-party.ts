import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../src/model/errors.ts';
import { chooseLicenses, licenseFiles } from './license.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A package that is shipped inside the program. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as its manifest has it. */
  readonly license: string;
  /** Who made it, where no license text says so. */
  readonly authors: string;
  /** Where its manifest lies. */
  readonly folder: string;
}

/** A component, what it is used under, and the texts that go with that. */
interface Licensed extends Component {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
}

/**
 * The document that carries the licenses of everything inside the program: each text once, with the
 * packages that it is for. The same packages lead to the same document.
 *
 * @throws UserError (`license-not-allowed`) that lists the packages that cannot be shipped
 */
export async function thirdPartyLicenses(components: readonly Component[]): Promise<string> {
  const choices = components.map((one) => ({ ...one, ids: chooseLicenses(one.license) }));
  const refused = choices.filter(({ ids }) => ids === undefined);
  if (refused.length > 0) {
    throw new UserError('Packages inside the program have licenses that are not allowed.', {
      code: 'license-not-allowed',
      detail: refused
        .map(({ name, version, license }) => `${name} ${version}: ${license}`)
        .join('\n'),
      hint: 'Use another package, or add the license to scripts/license.ts if it lets anybody ship the code.',
    });
  }
  const licensed = await Promise.all(
    choices.map(async ({ ids = [], ...one }) => ({ ...one, ids, texts: await textsOf(one, ids) })),
  );
  return printLicenses(licensed);
}

async function textsOf(component: Component, ids: readonly string[]): Promise<string[]> {
  const entries = await readdir(component.folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const files = licenseFiles(names, ids);
  const texts = await Promise.all(
    files.map((file) => readFile(join(component.folder, file), 'utf8')),
  );
  if (texts.length > 0) return texts.map(tidy);
  return await Promise.all(ids.map((id) => standardText(id, component)));
}

/** The text of a license for a package that brings none. */
async function standardText(id: string, { name, authors }: Component): Promise<string> {
  if (id === 'MIT') {
    const own = tidy(await readFile(join(root, 'LICENSE'), 'utf8'));
    return own.replace(/^Copyright .*$/m, `Copyright (c) ${authors || `the authors of ${name}`}`);
  }
  if (id === 'Apache-2.0') {
    return tidy(await readFile(join(root, 'node_modules/@kubernetes/client-node/LICENSE'), 'utf8'));
  }
  throw new UserError(`${name} brings no text of its license, ${id}.`, {
    code: 'license-text-missing',
    hint: 'Add the text to scripts/third-party.ts.',
  });
}

const tidy = (text: string) =>
  text
    .replace(/\r\n/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();

function printLicenses(components: readonly Licensed[]): string {
  const titles = new Map<string, Set<string>>();
  for (const { name, version, ids, texts } of components) {
    const text = texts.join('\n\n');
    titles.set(text, (titles.get(text) ?? new Set()).add(`${name} ${version} (${ids.join(', ')})`));
  }
  const sections = [...titles].map(
    ([text, names]) => `${[...names].sort().join('\n')}\n\n${text}\n`,
  );
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return [
    'Sisyphus contains the packages below. Each is under the license that follows its name.\n',
    ...sections.sort(),
  ].join(rule);
}

/**
 * The npm packages in a bundle.
 * @param inputs the paths of all files that went into it, relative to the project
 */
export async function bundledPackages(inputs: readonly string[]): Promise<Component[]> {
  const folders = inputs.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const unique = [...new Set(folders)].filter((folder) => folder !== undefined).sort();
  return await Promise.all(unique.map((folder) => npmPackage(join(root, folder))));
}

async function npmPackage(folder: string): Promise<Component> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version, author } = manifest;
  const authors = typeof author === 'string' ? author : (author?.name ?? '');
  return { name, version, license: String(manifest.license), authors, folder };
}

interface CargoMetadata {
  readonly packages: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly license: string | null;
    readonly authors: readonly string[];
    readonly manifest_path: string;
    readonly targets: readonly { readonly kind: readonly string[] }[];
  }[];
  readonly resolve: {
    readonly root: string;
    readonly nodes: readonly {
      readonly id: string;
      readonly deps: readonly {
        readonly pkg: string;
        readonly dep_kinds: readonly { readonly kind: string | null }[];
      }[];
    }[];
  };
}

/**
 * The crates in a program that cargo builds: what it depends on, without what only runs while it is
 * built or tested.
 * @param metadata what `cargo metadata` prints
 */
export function linkedCrates(metadata: CargoMetadata): Component[] {
  const { root: top, nodes } = metadata.resolve;
  const packages = new Map(metadata.packages.map((one) => [one.id, one]));
  const edges = new Map(nodes.map(({ id, deps }) => [id, deps]));
  const linked = new Set<string>();
  const waiting = [top];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const isMacro = packages.get(id)?.targets.some(({ kind }) => kind.includes('proc-macro'));
    if (linked.has(id) || isMacro) continue;
    linked.add(id);
    const deps = (edges.get(id) ?? []).filter((dep) => dep.dep_kinds.some((k) => k.kind === null));
    waiting.push(...deps.map(({ pkg }) => pkg));
  }
  return [...linked]
    .filter((id) => id !== top)
    .flatMap((id) => packages.get(id) ?? [])
    .map(({ name, version, license, authors, manifest_path }) => ({
      name,
      version,
      license: license ?? 'none',
      authors: authors.map((author) => author.replace(/ *<.*>/, '')).join(', '),
      folder: dirname(manifest_path),
    }));
}
