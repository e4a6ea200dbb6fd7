import { answerError, statusError } from './errors.js';
import type { CardSession } from './session.js';

/**
 * INTERNAL AUTHENTICATE: the chip's second key (key 7 of the SOD) signs a SHA-256 digest of 32 bytes (access.md 3); r ‖ s, 64 bytes, unverified. Uses the PIN's
 * verification up. Throws CARD_STATUS (6982: no right, or the PIN not verified since the last signature), RangeError without secure messaging or for another length.
 */
export async function signDigest(session: CardSession, digest: Uint8Array): Promise<Uint8Array> {
  if (!session.secured) throw new RangeError('a card signs under secure messaging only');
  if (digest.length !== 32) throw new RangeError('a digest has 32 bytes');
  const { data, sw } = await session.send({ cla: 0x00, ins: 0x88, p1: 0x00, p2: 0x00, data: digest, ne: 64 });
  if (sw !== 0x9000) throw statusError('INTERNAL AUTHENTICATE', sw);
  if (data.length !== 64) throw answerError('INTERNAL AUTHENTICATE');
  return data;
}
