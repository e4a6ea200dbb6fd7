import { CodedError, failed, type Outcome, type PermitOfPerson } from '../contract/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { sealingKeySetting } from '../outbox/index.js';
import { askPerson } from '../sync/index.js';
import { clientOf, platformKeysOf, type SyncOptions } from './sync.js';
import type { Terminal } from './terminal.js';

/** A clerk waits for it. */
const patienceMs = 5_000;

/**
 * What the platform knows of a person, asked in the name of whoever is signed in (it keeps who asks). SIGN_IN_REQUIRED: nobody is; what the platform refuses; PLATFORM_*: it cannot be asked, or its answer
 * does not verify. @throws CodedError STORAGE_*
 */
export const lookUpPerson = async (terminal: Terminal, idNumber: string, options: Pick<SyncOptions, 'timeoutMs' | 'fetch'> = {}): Promise<Outcome<readonly PermitOfPerson[]>> => {
  const { session, outbox, identity, trust } = terminal;
  if (session === undefined) return failed('SIGN_IN_REQUIRED');
  const newest = outbox.settings.get(sealingKeySetting);
  const look = {
    crypto: nodeCrypto,
    platformKeys: () => platformKeysOf(trust.trustList()),
    sealTo: newest instanceof Uint8Array ? newest : identity.platformSealing,
    boxSecret: identity.boxSecret,
  };
  try {
    return await askPerson(clientOf(terminal, { timeoutMs: patienceMs, ...options }), { idNumber, by: session.id, purpose: 'application' }, look);
  } catch (error) {
    if (error instanceof CodedError && error.code.startsWith('PLATFORM_')) return failed(error.code);
    throw error;
  }
};
