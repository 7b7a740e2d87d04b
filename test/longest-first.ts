import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longer than their size tells, the longest first. */
const LONG = [
  'crash-matrix.test.ts',
  'lease.test.ts',
  'bed.test.ts',
  'object.test.ts',
  'doctor-database.test.ts',
  'limits.test.ts',
];

/** Long projects first; what is left when a worker has nothing to do is short then. */
const PROJECTS = ['stories', 'package', 'databases', 'parts', 'pure'];

/**
 * Orders files so that all workers end at the same time. Left to itself vitest runs project after project, and
 * the larger file first, where it does not remember how long each took, as in a clean clone.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId, project }: TestSpecification) => {
      const long = LONG.indexOf(basename(moduleId));
      return long >= 0 ? long : LONG.length + PROJECTS.indexOf(project.name);
    };
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
