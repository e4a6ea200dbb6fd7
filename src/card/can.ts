import { statusError } from './errors.js';
import type { CardSession } from './session.js';

/** Whether the text has the form of a card access number: six digits (access.md 5). */
export const isCan = (text: string): boolean => /^[0-9]{6}$/.test(text);

/** The digits as they stand in commands and stream. RangeError for another form. */
export function canBytes(can: string): Uint8Array {
  if (!isCan(can)) throw new RangeError('a card access number has six digits');
  return new TextEncoder().encode(can);
}

/**
 * Whether the number read from the body is the one in the chip; needs `manage`. False leaves secure messaging open, but for the fifth in one session.
 * Throws CARD_STATUS for any other status, RangeError without secure messaging or for what is not six digits.
 */
export async function checkCan(session: CardSession, can: string): Promise<boolean> {
  if (!session.secured) throw new RangeError('the card access number is checked under secure messaging only');
  const { sw } = await session.send({ cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x02, data: canBytes(can) });
  if (sw !== 0x9000 && sw !== 0x6300) throw statusError('VERIFY of the card access number', sw);
  return sw === 0x9000;
}
