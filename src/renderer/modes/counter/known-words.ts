import { zh } from '../../i18n/zh-CN.js';
import type { Key } from '../../i18n/index.js';

type Words = keyof typeof zh.counterWords;
const known = (name: string): Key | undefined => (Object.hasOwn(zh.counterWords, name) ? `counterWords.${name as Words}` : undefined);

/** Words of what the service names by a code; undefined for a code of a newer service, which is shown as it is or not at all. */
export const permitStateKey = (state: string): Key | undefined => known(`state-${state}`);
export const recordKey = (type: string): Key | undefined => known(`record-${type}`);
export const paperKey = (paper: string): Key | undefined => known(`paper-${paper}`);
