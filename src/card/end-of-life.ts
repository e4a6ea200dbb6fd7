import { statusError } from './errors.js';
import type { CardSession } from './session.js';

/**
 * TERMINATE DF: the card is dead after it, for ever (access.md 6); needs `manage`. The session ends with the answer. Throws CARD_STATUS when the card refuses (6982),
 * RangeError without secure messaging.
 */
export async function terminateCard(session: CardSession): Promise<void> {
  if (!session.secured) throw new RangeError('a card is terminated under secure messaging only');
  const { sw } = await session.send({ cla: 0x00, ins: 0xe6, p1: 0x00, p2: 0x00 });
  session.endSecure();
  if (sw !== 0x9000) throw statusError('TERMINATE DF', sw);
}
