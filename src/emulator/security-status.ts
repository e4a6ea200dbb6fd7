import type { Answer } from './apdu.js';
import type { DedicatedFile, ElementaryFile } from './files.js';
import type { Session } from './session.js';

/** Everything that power-off takes away, but SCP03, which `Personalisation` keeps. */
export interface SecurityStatus {
  currentDf: DedicatedFile;
  currentEf: ElementaryFile | undefined;
  /** Secure messaging and the rights that it carries. */
  session: Session | undefined;
  /** MSE:SET AT was the command before. */
  chipKeyChosen: boolean;
  /** The rest of an answer, for GET RESPONSE. */
  pending: Answer | undefined;
}

export const securityStatusAfterReset = (masterFile: DedicatedFile): SecurityStatus => ({
  currentDf: masterFile,
  currentEf: undefined,
  session: undefined,
  chipKeyChosen: false,
  pending: undefined,
});
