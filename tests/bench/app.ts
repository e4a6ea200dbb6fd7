import { clearStage } from '../e2e/template.js';
import { World } from '../e2e/world.js';
import { appCycles } from './app-cycles.js';
import { appStart } from './app-start.js';
import type { Line } from './lines.js';
import { rendererSize } from './renderer-size.js';

/** The app as a whole: its start, its answer, its size, its memory. */
export const app = async (): Promise<Line[]> => {
  const run = process.pid;
  const world = await World.open({ run });
  try {
    return [...rendererSize(), ...(await appStart(world)), ...(await appCycles(world))];
  } finally {
    await world.close();
    clearStage(run);
  }
};
