import { greatestTries } from './chip-status.js';
import { answerError, statusError } from './errors.js';
import type { CardSession } from './session.js';
import { concat } from '../iso7816/index.js';

/** `form`: not six digits, nothing was sent; `not-entitled`: the rights lack, or what they need besides. */
export type PinRefusal = 'wrong' | 'blocked' | 'unset' | 'already-set' | 'form' | 'not-entitled';
/** `wrong` tells the tries left (0: this was the last) and leaves secure messaging open, `form` too; any other refusal has ended it. */
export type PinAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: PinRefusal; readonly triesLeft?: number };
/** Verified in this session, or else the tries left (0: blocked). */
export type PinState = { readonly verified: true } | { readonly verified: false; readonly pin: 'unset' | number };

const length = 6;
const done: PinAnswer = { ok: true };
const wrongForm: PinAnswer = { ok: false, reason: 'form' };

/** Six ASCII digits (access.md 2). */
export const isPinForm = (pin: Uint8Array): boolean => pin.length === length && pin.every((byte) => byte >= 0x30 && byte <= 0x39);

/** Six equal digits, or six that rise or fall by one (012345, 987654). */
export function isWeakPin(pin: Uint8Array): boolean {
  const step = (pin[1] ?? 0) - (pin[0] ?? 0);
  return isPinForm(pin) && Math.abs(step) <= 1 && pin.every((digit, i) => i === 0 || digit - (pin[i - 1] ?? 0) === step);
}

function needSecureMessaging(session: CardSession): void {
  if (!session.secured) throw new RangeError('the PIN is spoken of under secure messaging only');
}

/** X of 63CX, undefined for another status. */
function triesLeft(command: string, sw: number): number | undefined {
  if (sw >> 4 !== 0x63c) return undefined;
  if ((sw & 0xf) > greatestTries) throw answerError(command);
  return sw & 0xf;
}

function refusal(command: string, sw: number): PinAnswer {
  const left = triesLeft(command, sw);
  if (left !== undefined) return { ok: false, reason: 'wrong', triesLeft: left };
  switch (sw) {
    case 0x6983:
      return { ok: false, reason: 'blocked', triesLeft: 0 };
    case 0x6984:
      return { ok: false, reason: 'unset' };
    case 0x6a80:
    case 0x6700:
      return wrongForm;
    case 0x6982:
      return { ok: false, reason: 'not-entitled' };
    default:
      throw statusError(command, sw);
  }
}

/**
 * VERIFY. The caller wipes its own buffer, here as in all of these; whatever is copied of it on the way is wiped. Throws RangeError without secure messaging,
 * CARD_STATUS for a status that access.md 2 does not name.
 */
export async function verifyPin(session: CardSession, pin: Uint8Array): Promise<PinAnswer> {
  needSecureMessaging(session);
  if (!isPinForm(pin)) return wrongForm;
  const { sw } = await session.send({ cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x01, data: pin });
  return sw === 0x9000 ? done : refusal('VERIFY', sw);
}

/** CHANGE REFERENCE DATA of an unset PIN; needs `manage`. */
export async function setPin(session: CardSession, pin: Uint8Array): Promise<PinAnswer> {
  needSecureMessaging(session);
  if (!isPinForm(pin)) return wrongForm;
  const { sw } = await session.send({ cla: 0x00, ins: 0x24, p1: 0x01, p2: 0x01, data: pin });
  if (sw === 0x6985) return { ok: false, reason: 'already-set' };
  return sw === 0x9000 ? done : refusal('CHANGE REFERENCE DATA', sw);
}

/** CHANGE REFERENCE DATA from `old` to `next`. */
export async function changePin(session: CardSession, old: Uint8Array, next: Uint8Array): Promise<PinAnswer> {
  needSecureMessaging(session);
  if (!isPinForm(old) || !isPinForm(next)) return wrongForm;
  const both = concat(old, next);
  try {
    const { sw } = await session.send({ cla: 0x00, ins: 0x24, p1: 0x00, p2: 0x01, data: both });
    return sw === 0x9000 ? done : refusal('CHANGE REFERENCE DATA', sw);
  } finally {
    both.fill(0);
  }
}

/** RESET RETRY COUNTER: the PIN is unset afterwards; needs `manage`. */
export async function resetPin(session: CardSession): Promise<PinAnswer> {
  needSecureMessaging(session);
  const { sw } = await session.send({ cla: 0x00, ins: 0x2c, p1: 0x03, p2: 0x01 });
  return sw === 0x9000 ? done : refusal('RESET RETRY COUNTER', sw);
}

/** VERIFY without data: counts no try. An answer `unset` or 0 has ended secure messaging; ChipStatus tells those two without that. */
export async function pinState(session: CardSession): Promise<PinState> {
  needSecureMessaging(session);
  const { sw } = await session.send({ cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x01 });
  if (sw === 0x9000) return { verified: true };
  const left = triesLeft('VERIFY', sw);
  if (left !== undefined) return { verified: false, pin: left };
  if (sw === 0x6983) return { verified: false, pin: 0 };
  if (sw === 0x6984) return { verified: false, pin: 'unset' };
  throw statusError('VERIFY', sw);
}
