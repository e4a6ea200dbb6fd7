import { type Answer, type Instruction, status } from './apdu.js';
import { internalAuthenticate } from './internal-authenticate.js';
import type { Memory } from './memory.js';
import { changeReferenceData, resetRetryCounter, verify } from './pin.js';
import { OPENS, type Session } from './session.js';

/** What only a session answers: terminal authentication, the PIN, the signature, the end. In plain each is 6982. */
export const SESSION_INS = {
  verify: 0x20,
  changeReferenceData: 0x24,
  performSecurityOperation: 0x2a,
  resetRetryCounter: 0x2c,
  externalAuthenticate: 0x82,
  getChallenge: 0x84,
  internalAuthenticate: 0x88,
  terminateDf: 0xe6,
} as const;
type SessionIns = (typeof SESSION_INS)[keyof typeof SESSION_INS];
const ALL: ReadonlySet<number> = new Set(Object.values(SESSION_INS));

export const isSessionIns = (ins: number): ins is SessionIns => ALL.has(ins);

export function sessionCommand(memory: Memory, session: Session, ins: SessionIns, instruction: Instruction): Answer {
  switch (ins) {
    case SESSION_INS.verify:
      return verify(memory.holder, session, instruction);
    case SESSION_INS.changeReferenceData:
      return changeReferenceData(memory.holder, session, instruction);
    case SESSION_INS.resetRetryCounter:
      return resetRetryCounter(memory.holder, session, instruction);
    case SESSION_INS.performSecurityOperation:
      return session.terminal.verifyCertificate(instruction);
    case SESSION_INS.getChallenge:
      return session.terminal.getChallenge(instruction);
    case SESSION_INS.externalAuthenticate:
      return session.terminal.externalAuthenticate(instruction);
    case SESSION_INS.internalAuthenticate:
      return internalAuthenticate(memory, session, instruction);
    case SESSION_INS.terminateDf:
      return terminate(memory, session, instruction);
  }
}

/** TERMINATE DF (firmware-specs/access.md 6). The caller ends the session with the answer. */
function terminate(memory: Memory, session: Session, { p1, p2, data }: Instruction): Answer {
  if (p1 !== 0 || p2 !== 0) return status(0x6a86);
  if (!OPENS.terminate(session)) return status(0x6982);
  if (data.length > 0) return status(0x6700);
  memory.terminate();
  return status(0x9000);
}
