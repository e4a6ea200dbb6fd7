import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { secondsOf } from './seconds.js';

/** The longest files first, so that the last of them does not run alone while the other worker has nothing left. On a fresh clone vitest knows no durations: the long ones are written down. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const seconds = new Map(files.map((file) => [file, secondsOf(relative(this.ctx.config.root, file.moduleId).replaceAll('\\', '/'))]));
    return [...files].sort((one, other) => (seconds.get(other) ?? 0) - (seconds.get(one) ?? 0) || one.moduleId.localeCompare(other.moduleId));
  }
}
