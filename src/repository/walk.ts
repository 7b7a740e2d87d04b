import {
  type Declaration,
  type DeclarationId,
  declarationKey,
  formatDeclaration,
} from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import { formatPosition, type SourcePosition } from '../model/position.ts';
import type { Problem } from '../model/problem.ts';
import { checkDeclarationFolder, checkObjectFolder } from './folder-rules.ts';
import type { Link, LinkedDocument, Loader } from './loader.ts';
import { joinReads, type ReadObjects } from './objects.ts';
import { quote } from './quote.ts';

/** What one folder declares, in reading order, and what is wrong in it. */
export interface FolderContents {
  readonly declarations: readonly Declaration[];
  readonly problems: readonly Problem[];
}

/**
 * Collects what a folder's index and everything below it declare.
 *
 * @param index The index's real path; `loader` has loaded it.
 * @param displayName How errors name a file, given its real path.
 */
export function walkFolder(
  folder: string,
  index: string,
  loader: Loader,
  displayName: (file: string) => string,
): FolderContents {
  const fault = loader.fault(index);
  if (fault !== undefined) {
    const position = { file: displayName(index), line: 1, column: 1 };
    const error = new UserError(`This file ${fault}.`, { code: 'unreadable-file', position });
    return { declarations: [], problems: [{ error }] };
  }
  const walk = new FolderWalk(folder, loader, displayName);
  walk.visit(index, []);
  return { declarations: walk.declarations, problems: walk.problems };
}

class FolderWalk {
  readonly declarations: Declaration[] = [];
  readonly problems: Problem[] = [];
  readonly #folder: string;
  readonly #loader: Loader;
  readonly #displayName: (file: string) => string;
  /** Where each declaration stands, by its key. */
  readonly #declared = new Map<string, SourcePosition>();
  /** Where each file of Sisyphus documents was named first. */
  readonly #included = new Map<string, SourcePosition>();

  constructor(folder: string, loader: Loader, displayName: (file: string) => string) {
    this.#folder = folder;
    this.#loader = loader;
    this.#displayName = displayName;
  }

  /** @param chain The files that led here, outermost first. */
  visit(file: string, chain: readonly string[]): void {
    for (const document of this.#loader.sisyphusFile(file)) {
      if (document.kind === 'SisyphusYaml') this.#include(document, [...chain, file]);
      else this.#declare(document);
    }
  }

  #include(document: LinkedDocument, chain: readonly string[]): void {
    this.#tell(document.errors);
    for (const link of document.links) {
      const file = this.#readable(link);
      if (file instanceof UserError) {
        this.#tell([file]);
        continue;
      }
      const error = this.#repetition(file, link.position, chain);
      if (error === undefined) this.visit(file, chain);
      else this.#tell([error]);
    }
  }

  #readable({ source, position, target }: Link): string | UserError {
    if (target instanceof UserError) return target;
    const fault = this.#loader.fault(target);
    if (fault === undefined) return target;
    return new UserError(`The source ${quote(source)} ${fault}.`, {
      code: 'unreadable-file',
      position,
    });
  }

  /** Why a file cannot be read into the folder again, if it was before. */
  #repetition(
    file: string,
    position: SourcePosition,
    chain: readonly string[],
  ): UserError | undefined {
    const start = chain.indexOf(file);
    if (start >= 0) {
      const circle = [...chain.slice(start), file].map(this.#displayName).join(' → ');
      return new UserError(`The sources form a circle: ${circle}.`, {
        code: 'source-cycle',
        position,
      });
    }
    const first = this.#included.get(file);
    if (first === undefined) {
      this.#included.set(file, position);
      return undefined;
    }
    return new UserError(
      `Everything in ${quote(this.#displayName(file))} is declared twice in the folder ${quote(this.#folder)}: here and by the source at ${formatPosition(first)}.`,
      { code: 'duplicate-declaration', position },
    );
  }

  #declare(document: LinkedDocument): void {
    const { kind, name, body, position } = document;
    const id = kind && name ? { kind, namespace: this.#folder, name } : undefined;
    const { objects, errors: objectErrors } = this.#objects(document);
    const errors = [
      ...document.errors,
      ...checkDeclarationFolder(kind, this.#folder, position),
      ...(id === undefined ? [] : this.#duplicate(id, position)),
      ...objectErrors,
      ...objects.flatMap((object) => checkObjectFolder(object, this.#folder)),
    ];
    this.#tell(errors, id);
    if (id === undefined || body === undefined || errors.length > 0) return;
    const placed = objects.map(({ value, position }) => ({ value, position }));
    this.declarations.push(
      body.type === 'KubernetesYaml' ? { ...body, id, objects: placed } : { ...body, id },
    );
  }

  /** The inline objects of a document, then those of its sources. */
  #objects(document: LinkedDocument): ReadObjects {
    const fromSources = document.links.map((link): ReadObjects => {
      const file = this.#readable(link);
      return file instanceof UserError
        ? { objects: [], errors: [file] }
        : this.#loader.objectsFile(file);
    });
    return joinReads([{ objects: document.objects, errors: [] }, ...fromSources]);
  }

  #duplicate(id: DeclarationId, position: SourcePosition): UserError[] {
    const first = this.#declared.get(declarationKey(id));
    if (first === undefined) {
      this.#declared.set(declarationKey(id), position);
      return [];
    }
    const sentence = `${formatDeclaration(id)} is declared twice: here and at ${formatPosition(first)}.`;
    return [new UserError(sentence, { code: 'duplicate-declaration', position })];
  }

  #tell(errors: readonly UserError[], declaration?: DeclarationId): void {
    for (const error of errors) {
      this.problems.push(declaration === undefined ? { error } : { error, declaration });
    }
  }
}
