/** What crosses between page and service, as schemas: loaded by `schemas.ts` alone. */
import { z } from 'zod';

export { call, keypadAnswer, printRequest, serviceMessage } from '../src/contract/index.js';
export const runId = z.uuid();
