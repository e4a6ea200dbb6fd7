import type { Answer } from './apdu.js';
import type { DedicatedFile, ElementaryFile } from './files.js';
import type { SecureMessagingChannel } from './secure-messaging.js';

/** A chain in the making (ISO/IEC 7816-4 5.3.3): the header of its first command and what has been joined. */
export interface Chain {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
}

/** Everything that power-off takes away, but SCP03, which `Personalisation` keeps. */
export interface SecurityStatus {
  currentDf: DedicatedFile;
  currentEf: ElementaryFile | undefined;
  secureMessaging: SecureMessagingChannel | undefined;
  /** MSE:SET AT was the command before. */
  chipKeyChosen: boolean;
  chain: Chain | undefined;
  /** The rest of an answer, for GET RESPONSE. */
  pending: Answer | undefined;
}

export const securityStatusAfterReset = (masterFile: DedicatedFile): SecurityStatus => ({
  currentDf: masterFile,
  currentEf: undefined,
  secureMessaging: undefined,
  chipKeyChosen: false,
  chain: undefined,
  pending: undefined,
});
