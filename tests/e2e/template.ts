import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildStage } from './stage.js';

/** The stage of one run of tests, made by whichever file comes first and copied by all: `run` is the process that started the workers. */
const folderOf = (run: number): string => join(tmpdir(), `residence-card-stage-${run}`);

/** Copies the stage into `root`; a copy is made in some milliseconds, the stage in seconds. */
export async function copyStage(root: string, run = process.ppid): Promise<void> {
  const folder = folderOf(run);
  const made = join(folder, 'made');
  const building = join(folder, 'building');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const deadline = Date.now() + 50_000; !existsSync(made); await sleep(50)) {
    if (Date.now() > deadline) throw new Error('nobody made the stage');
    try {
      mkdirSync(building);
    } catch {
      continue;
    }
    try {
      const stage = join(folder, 'stage');
      mkdirSync(stage);
      await buildStage(stage);
      writeFileSync(made, '');
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
  cpSync(join(folder, 'stage'), root, { recursive: true });
}

export const clearStage = (run: number): void => rmSync(folderOf(run), { recursive: true, force: true });
