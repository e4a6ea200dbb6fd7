/** The contract's schemas, set up when the first message is looked at: at the start of the app they would hold up the window. */
import type * as Contract from './contract.js';

export type Schemas = typeof Contract;

let loaded: Promise<Schemas> | undefined;

export const schemas = (): Promise<Schemas> => (loaded ??= import('./contract.js'));
