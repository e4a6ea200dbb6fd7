import { ECDH, createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CardSession, PermitApplication, signDigest, verifyPin } from '../../src/card/index.js';
import { decodeSod, parseSigned, permitTyp } from '../../src/permit/index.js';
import { signPresence } from '../../src/workflows/index.js';
import type { contextOf} from './held-card.js';
import { at, atCounter, atKiosk, digits, failure, heldCard, otherPin, rightPin, wiped } from './held-card.js';
import { issuedCard, type IssuedCard } from './issued-card.js';
import { opened } from './recorded.js';

const message = new TextEncoder().encode('申请 S-7-1');
const digest = new Uint8Array(createHash('sha256').update(message).digest());
/** SubjectPublicKeyInfo of a P-256 point before the point (RFC 5480). */
const spki = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const keyOf = (compressed: Uint8Array): ReturnType<typeof createPublicKey> =>
  createPublicKey({ key: Buffer.concat([spki, ECDH.convertKey(compressed, 'prime256v1', undefined, undefined, 'uncompressed') as Buffer]), format: 'der', type: 'spki' });

async function signatureKeyOf({ reader }: IssuedCard): Promise<Uint8Array> {
  const application = await PermitApplication.select(new CardSession(reader.insert()));
  return decodeSod(parseSigned((await application?.readFiles('sod'))?.sod ?? new Uint8Array(), permitTyp.sod).payload).signatureKey;
}

describe('the presence of a card', () => {
  it.each([['at a kiosk', atKiosk], ['at the counter', atCounter]] as const)('%s: signed by key 7 of its SOD, as node:crypto verifies', async (_, place) => {
    const card = await heldCard();
    const pin = digits(rightPin);
    const signed = await signPresence(place(card), digest, pin);
    if (!signed.ok) throw new Error(signed.code);
    const { permitNumber, signature, signatureKey } = signed.value;
    expect([permitNumber, wiped(pin)]).toEqual([card.value.permitNumber, true]);
    expect(signatureKey).toEqual(await signatureKeyOf(card));
    const key = keyOf(signatureKey);
    expect(verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    expect(verify('sha256', Buffer.from('another'), { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(false);
  });

  it('needs the PIN each time', async () => {
    const card = await heldCard();
    const { session } = await opened(card.terminal, card.reader.insert(), { right: 'kiosk', purpose: 'service' });
    await verifyPin(session, digits(rightPin));
    expect(await signDigest(session, digest)).toHaveLength(64);
    await expect(signDigest(session, digest)).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    for (const expected of ['PIN_WRONG', 'PIN_WRONG', 'PIN_BLOCKED']) {
      const pin = digits(otherPin);
      expect(await signPresence(atKiosk(card), digest, pin)).toMatchObject({ ok: false, code: expected });
      expect(wiped(pin)).toBe(true);
    }
    expect(await signPresence(atKiosk(await issuedCard()), digest, digits(rightPin)).then(failure)).toEqual(['PIN_NOT_SET', undefined]);
  });

  it.each<readonly [string, (card: IssuedCard) => ReturnType<typeof contextOf>, Uint8Array, string, unknown]>([
    ['no digest', atKiosk, new Uint8Array(31), rightPin, ['INPUT_INVALID', 'digest']],
    ['no PIN', atKiosk, digest, '', ['PIN_FORM', undefined]],
    ['no right', (card) => at(card, 'police', 'inspect'), digest, rightPin, ['ACCESS_RIGHT_MISSING', 'manage']],
  ])('%s: refused before the card is touched', async (_, place, what, typed, expected) => {
    const card = await heldCard();
    const pin = digits(typed);
    expect(await signPresence(place(card), what, pin).then(failure)).toEqual(expected);
    expect([card.reader.log, wiped(pin)]).toEqual([[], true]);
  });

  it.each([[1, 'listed-cancelled'], [2, 'listed-suspended']] as const)('of a permit that is not in force (%i) is not signed, and no try is spent', async (status, reason) => {
    const card = await heldCard();
    card.terminal.statuses.set(card.value.statusIndex, status);
    expect(await signPresence(atKiosk(card), digest, digits(otherPin)).then(failure)).toEqual(['STATE_NOT_ALLOWED', reason]);
    const { pin } = await opened(card.terminal, card.reader.insert(), { right: 'kiosk', purpose: 'service' });
    expect(pin).toBe(3);
  });
});
