import { clearStage } from './template.js';

/** Of a whole run of vitest: the stage that its files copied is removed at its end. */
export const teardown = (): void => clearStage(process.pid);
