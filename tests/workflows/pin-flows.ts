import type { Outcome } from '../../src/contract/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { changeHolderPin, readPermit, resetHolderPin, setHolderPin, type VerifyContext } from '../../src/workflows/index.js';
import { atKiosk, digits, heldCard, otherPin, rightPin } from './held-card.js';
import { issuedCard } from './issued-card.js';

/** One command on the holder's PIN. */
export interface PinFlow {
  readonly image: () => Promise<CardImage>;
  readonly run: (ctx: VerifyContext) => Promise<Outcome<unknown>>;
  /** In force before and after: `unset`, or a PIN. */
  readonly from: string;
  readonly to: string;
  /** Whether the same once more, on a card that has it already, is as good. */
  readonly repeats: boolean;
}

/** A card whose holder mistyped once: a try that comes back by itself shows. */
async function mistypedOnce(): Promise<CardImage> {
  const card = await heldCard();
  const read = await readPermit(atKiosk(card), digits(otherPin));
  if (read.ok || read.code !== 'PIN_WRONG') throw new Error('a wrong PIN opens the card');
  return card.reader.card.image();
}

export const pinFlows = {
  'pin-set': { image: async () => (await issuedCard()).reader.card.image(), run: (ctx) => setHolderPin(ctx, digits(otherPin), { by: 'op-1' }), from: 'unset', to: otherPin, repeats: true },
  'pin-change': { image: mistypedOnce, run: (ctx) => changeHolderPin({ ...ctx, mode: 'kiosk' }, digits(rightPin), digits(otherPin), {}), from: rightPin, to: otherPin, repeats: false },
  'pin-reset': { image: mistypedOnce, run: (ctx) => resetHolderPin(ctx, { by: 'op-1' }), from: rightPin, to: 'unset', repeats: true },
} as const satisfies Record<string, PinFlow>;
