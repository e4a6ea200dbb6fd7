import { describe, expect, it } from 'vitest';
import { p256KeyPair, signP256 } from '../../src/node-crypto/index.js';
import { readPermit } from '../../src/workflows/index.js';
import { applicant } from './fixtures.js';
import { at, atKiosk, contextOf, digits, failure, heldCard, instructions, otherPin, rightPin, wiped } from './held-card.js';
import { issuedCard, photo, type IssuedCard } from './issued-card.js';
import { certificate, cvcaKey, everyRight, type TestAccess } from './test-access.js';

/** SELECT, GET DATA, MSE:SET AT, GENERAL AUTHENTICATE, GET DATA of the status. */
const verdictAlone = [0xa4, 0xcb, 0x22, 0x86, 0xcb];
const stranger = p256KeyPair(new Uint8Array(32).fill(0x44));
const verification = { type: 'verification', result: 'valid' };

describe('who opens a card', () => {
  it.each(['counter', 'police'] as const)('%s: by the right to inspect, without the holder', async (mode) => {
    const card = await heldCard();
    const read = await readPermit(at(card, mode, 'inspect'));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, contents: { holder: { name: applicant().name }, photo } } });
    expect(read.ok && read.value.closed).toBeUndefined();
    expect(card.terminal.records).toMatchObject([{ ...verification, mode, access: 'inspect' }]);
  });

  it('the holder, at a kiosk, by the PIN only', async () => {
    const card = await heldCard();
    expect(await readPermit(atKiosk(card)).then(failure)).toEqual(['PIN_REQUIRED', undefined]);
    expect(await readPermit(atKiosk(card), digits('38495')).then(failure)).toEqual(['PIN_FORM', undefined]);
    // A card is not opened, nor does it log, before there is something to open it with.
    expect(card.reader.log).toEqual([]);
    expect(await readPermit(atKiosk(card), digits(otherPin)).then(failure)).toEqual(['PIN_WRONG', '2']);
    expect([instructions(card).includes(0xb0), card.terminal.records]).toEqual([false, []]);
    const pin = digits(rightPin);
    const read = await readPermit(atKiosk(card), pin);
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, contents: { holder: { name: applicant().name }, photo } } });
    expect([wiped(pin), card.terminal.records]).toMatchObject([true, [{ ...verification, mode: 'kiosk', access: 'kiosk' }]]);
  });

  it('at a kiosk that may inspect the PIN is needed all the same', async () => {
    const card = await heldCard();
    expect(await readPermit(at(card, 'kiosk', 'kiosk', 'inspect')).then(failure)).toEqual(['PIN_REQUIRED', undefined]);
    expect(await readPermit(at(card, 'kiosk', 'kiosk', 'inspect'), digits(otherPin)).then(failure)).toEqual(['PIN_WRONG', '2']);
  });
});

describe('a terminal that has no right gives the verdict, and reads nothing of the holder', () => {
  it.each<readonly [string, (access: TestAccess) => void, string, string | undefined]>([
    ['no certificate', (access) => (access.missing = true), 'ACCESS_CERTIFICATE_MISSING', undefined],
    ['one that ran out', (access) => (access.days = [-9, -1]), 'ACCESS_CERTIFICATE_EXPIRED', undefined],
    ['one of tomorrow', (access) => (access.days = [1, 9]), 'ACCESS_CERTIFICATE_EXPIRED', undefined],
    ['other rights', (access) => (access.rightsHeld = ['kiosk', 'manage', 'endorse', 'service']), 'ACCESS_RIGHT_MISSING', 'inspect'],
  ])('%s: not even asked', async (_, change, code, detail) => {
    const card = await issuedCard();
    change(card.terminal.access);
    const read = await readPermit(contextOf(card));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, closed: { code } } });
    expect(read.ok && [read.value.contents, read.value.closed?.detail]).toEqual([undefined, detail]);
    expect(instructions(card)).toEqual(verdictAlone);
    expect(card.terminal.records).toEqual([expect.not.objectContaining({ access: expect.anything() as unknown })]);
  });

  it('at a kiosk too, whose PIN is wiped and not spent', async () => {
    const card = await heldCard();
    const pin = digits(otherPin);
    expect(await readPermit(at(card, 'kiosk', 'inspect'), pin)).toMatchObject({ ok: true, value: { closed: { code: 'ACCESS_RIGHT_MISSING', detail: 'kiosk' } } });
    expect([instructions(card), wiped(pin)]).toEqual([verdictAlone, true]);
    expect(await readPermit(atKiosk(card), digits(otherPin)).then(failure)).toEqual(['PIN_WRONG', '2']);
  });

  it.each<readonly [string, (access: TestAccess) => void]>([
    ['unknown-signer', (access) => (access.verifier = certificate('dv-domestic', { authorityReference: 'CNWZTEST00009' }))],
    ['certificate-signature', (access) => (access.verifier = certificate('dv-domestic', {}, stranger))],
    ['role', (access) => (access.verifier = certificate('terminal', { authorityReference: 'CNWZTEST00001', holderReference: 'CNWZDV00001' }, cvcaKey))],
    ['dates', (access) => (access.change = { effective: '2026-01-01', expires: '2026-06-30' })],
    ['signature', (access) => (access.sign = (message) => signP256(stranger.privateKey, message))],
  ])('the card refuses it: %s', async (reason, change) => {
    const card = await issuedCard();
    change(card.terminal.access);
    card.terminal.access.insists = true;
    const read = await readPermit(contextOf(card));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, closed: { code: 'ACCESS_REFUSED', detail: reason } } });
    expect(read.ok && read.value.contents).toBeUndefined();
    // What was refused ended the channel; on the next one the verdict alone.
    expect(instructions(card).slice(-5)).toEqual(verdictAlone);
    expect(instructions(card)).not.toContain(0xb0);
  });

  it.each(['inspect', 'kiosk'] as const)('a chain of less rights than the terminal believes: the card grants no %s, the verdict stands', async (right) => {
    const card = await heldCard();
    card.terminal.access.verifier = certificate('dv-domestic', { rights: everyRight.filter((each) => each !== right && each !== 'manage') });
    const read = await readPermit({ ...contextOf(card), mode: right === 'kiosk' ? 'kiosk' : 'counter' }, digits(rightPin));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, closed: { code: 'ACCESS_RIGHT_MISSING' } } });
    expect(read.ok && read.value.contents).toBeUndefined();
    expect(instructions(card).slice(-5)).toEqual(verdictAlone);
  });
});

describe('what the card says of itself is shown whole or not at all', () => {
  it('a card that is not in force is read, with its verdict', async () => {
    const card: IssuedCard = await issuedCard();
    card.terminal.statuses.set(card.value.statusIndex, 1);
    const read = await readPermit(contextOf(card));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'revoked' }, contents: { holder: { name: applicant().name } } } });
  });
});
