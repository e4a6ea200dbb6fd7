import { p256 } from '@noble/curves/nist.js';
import { answer, type Answer, type Instruction, status } from './apdu.js';
import type { Memory } from './memory.js';
import { OPENS, type Session } from './session.js';

const DIGEST = 32;

/**
 * INTERNAL AUTHENTICATE (firmware-specs/access.md 3): key pair 2 over the digest that is given; plain r and s, 64 bytes. It uses up the verification
 * of the PIN for signing before it signs. The digest is not hashed again, so this is no work for node:crypto.
 */
export function internalAuthenticate(memory: Memory, session: Session, { p1, p2, data }: Instruction): Answer {
  if (p1 !== 0 || p2 !== 0) return status(0x6a86);
  if (!OPENS.sign(session)) return status(0x6982);
  if (data.length !== DIGEST) return status(0x6700);
  session.maySign = false;
  return answer(p256.sign(data, memory.chipKey(2).secret, { prehash: false, lowS: false }));
}
