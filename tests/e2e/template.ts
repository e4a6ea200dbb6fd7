import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildCounterStage } from './counter-stage.js';
import { buildStage } from './stage.js';

/** `police`: a card for every verdict; `counter`: a hall's counter in the morning. */
const builders = { police: buildStage, counter: buildCounterStage } as const;
export type StageName = keyof typeof builders;

/** The stage of one run of tests, made by whichever file comes first and copied by all: `run` is the process that started the workers. */
const folderOf = (run: number, name: StageName): string => join(tmpdir(), `residence-card-stage-${run}-${name}`);

/** Copies the stage into `root`; a copy is made in some milliseconds, the stage in seconds. */
export async function copyStage(root: string, name: StageName, run = process.ppid): Promise<void> {
  const folder = folderOf(run, name);
  const made = join(folder, 'made');
  const building = join(folder, 'building');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const deadline = Date.now() + 150_000; !existsSync(made); await sleep(50)) {
    if (Date.now() > deadline) throw new Error('nobody made the stage');
    try {
      mkdirSync(building);
    } catch {
      continue;
    }
    try {
      const stage = join(folder, 'stage');
      mkdirSync(stage);
      await builders[name](stage);
      writeFileSync(made, '');
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
  cpSync(join(folder, 'stage'), root, { recursive: true });
}

export const clearStage = (run: number): void => {
  for (const name of Object.keys(builders) as StageName[]) rmSync(folderOf(run, name), { recursive: true, force: true });
};
