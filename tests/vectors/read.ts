import { readFileSync } from 'node:fs';
import { vectorFolder } from './files.js';

/** A vector file as it lies in the repository: tests answer to it, not to the code that made it. */
export const readVectors = <T>(name: string): T => JSON.parse(readFileSync(`${vectorFolder}/${name}`, 'utf8')) as T;
