/**
 * What goes wrong with a card, on demand. A plain object that survives JSON. APDUs and internal writes are counted from the moment
 * the faults are set; the first is 1. Power cuts happen once; afterwards the card is sound again when power returns.
 */
export interface CardFaults {
  /** Power fails inside this internal write of non-volatile memory. */
  readonly tearAtWrite?: number;
  /** Power fails at this APDU: before it is processed, or after (the work is done and the answer is lost). */
  readonly tearAtApdu?: { readonly at: number; readonly when: 'before' | 'after' };
  /** Every answer comes this much later; the link waits, the card itself is synchronous. */
  readonly delayMs?: number;
  /** This APDU is not processed and answered with this status. */
  readonly wrongStatus?: { readonly at: number; readonly sw: number };
  /** One bit of this answer is flipped; bit 0 is the first byte's highest, counted modulo the answer's length. */
  readonly bitFlip?: { readonly at: number; readonly bit: number };
  /** This answer is cut to one byte, lengthened by 64 bytes, or empty. */
  readonly garbage?: { readonly at: number; readonly kind: 'short' | 'long' | 'empty' };
  /** From this APDU on the card never answers; it keeps its power. */
  readonly silent?: { readonly at: number };
  /** A copy without the private key: every file is right, chip authentication is made with a key of its own, or refused. */
  readonly clone?: 'other-key' | 'refuses';
}

/** The faults that concern one answer, applied to its bytes. */
export function distort(answer: Uint8Array, apdu: number, faults: CardFaults): Uint8Array {
  if (faults.bitFlip?.at === apdu && answer.length > 0) {
    const bit = faults.bitFlip.bit % (answer.length * 8);
    const flipped = answer.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
    return flipped;
  }
  if (faults.garbage?.at !== apdu) return answer;
  switch (faults.garbage.kind) {
    case 'short':
      return answer.slice(0, 1);
    case 'long': {
      const longer = new Uint8Array(answer.length + 64).fill(0xa5);
      longer.set(answer);
      return longer;
    }
    case 'empty':
      return new Uint8Array();
  }
}
