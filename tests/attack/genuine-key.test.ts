import { beforeAll, describe, expect, it } from 'vitest';
import { accessPurpose, putObject, readAccessLog, setPin, signDigest, verifyPin } from '../../src/card/index.js';
import { CborTag, decodeCbor, encodeCbor, signSign1 } from '../../src/cose/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { chipThumbprint, decodePermit, decodeSod, encodeEndorsement, encodePermit, encodeSod, parseSigned, permitTyp } from '../../src/permit/index.js';
import { resetHolderPin } from '../../src/workflows/index.js';
import { CardInReader, MemoryTerminal, noon } from '../workflows/fixtures.js';
import { terminalReference } from '../workflows/test-access.js';
import { Handshake, auxiliaryOf, chipOpen, credentials, getData, hall, openWith, reading, refusal, slotOf, status, update, verdict } from './bench.js';
import { delegation, fileOf, resigned, seeds, withFiles } from './forgery.js';

/**
 * A clerk, a program at the counter or a thief holds keys that everybody trusts: what bounds him, and what no signature can tell.
 *
 * | he | and |
 * |---|---|
 * | writes what his delegation does not cover | is refused by his own terminal: SIGNER_NOT_ENTITLED |
 * | reads without a trace, or washes his trace out | the card logs first, and its numbers tell what is gone |
 * | uses up a counter | the card takes the next number only: 6985 |
 * | endorses for decades, or ahead of time | no verifier parses it: endorsement-malformed |
 * | gives a second card a confirmed index, dates back, sets a PIN | remains: the tests say what helps |
 */
let images: readonly CardImage[];
let indexes: readonly number[];
let numbers: readonly string[];
beforeAll(async () => {
  const { cards } = await hall(2);
  images = cards.map(({ reader }) => reader.card.image());
  indexes = cards.map(({ value }) => value.statusIndex);
  numbers = cards.map(({ value }) => value.permitNumber);
});
const terminal = new MemoryTerminal();
const memoryOf = (reader: CardInReader): Memory => new Memory(reader.card.image().nvm.slice());

describe('is bound', () => {
  it.each([['endorse'], ['move']] as const)('to the area of the delegation: %s elsewhere is refused before a byte is written', async (what) => {
    const elsewhere = new MemoryTerminal();
    elsewhere.prefixes = ['330382'];
    const reader = new CardInReader(images[0]!);
    expect(await update(elsewhere, reader.insert(), what)).toBe('SIGNER_NOT_ENTITLED delegation-area');
    expect(reader.log.some(({ command }) => command[1] === 0xdb)).toBe(false);
  });

  it('by the log: no cut of the power lets him read without a record', async () => {
    const auxiliary = auxiliaryOf(accessPurpose.check);
    let cuts = 0;
    for (let n = 1; n < 60; n += 1) {
      const reader = new CardInReader(images[0]!);
      const before = memoryOf(reader).log.records().length;
      const open = await chipOpen(reader.insert());
      const hands = new Handshake(open, credentials(terminal));
      expect([await hands.certificates(), await hands.claim(auxiliary)]).toEqual(['9000', '9000']);
      const signature = hands.signed(await hands.challenge(), auxiliary);
      reader.card.faults = { tearAtWrite: n };
      const answer = await hands.answer(signature).catch(() => 'no answer');
      reader.card.faults = {};
      if (answer !== 'no answer') {
        expect([answer, memoryOf(reader).log.records().length]).toEqual(['9000', before + 1]);
        break;
      }
      cuts += 1;
      expect(await status((await chipOpen(reader.insert())).session, [0xcb, 0x3f, 0xff], getData(0xc3), 2_000)).toBe('6982');
      expect([before, before + 1]).toContain(memoryOf(reader).log.records().length);
    }
    expect(cuts).toBeGreaterThan(2);
  });

  it('by the numbers of the log: 32 further readings push a record out, and tell that it was there', async () => {
    const reader = new CardInReader(images[0]!);
    const [first] = memoryOf(reader).log.records();
    for (let n = 0; n < 32; n += 1) await openWith(terminal, reader.insert(), ['inspect']);
    const log = await readAccessLog((await openWith(terminal, reader.insert(), ['manage'])).application);
    expect([log.length, first === undefined]).toEqual([32, false]);
    expect(log.map(({ sequence }) => sequence)).toEqual(log.map((_, i) => log[0]!.sequence - i));
    expect(log.at(-1)!.sequence).toBeGreaterThan(1);
  });
});

describe('what remains', () => {
  it('a second card under an index that is confirmed is valid until the index is listed', async () => {
    // Card B, never reported, is given the index of card A, which the platform knows.
    const permit = encodePermit({ ...decodePermit(fileOf(images[1]!, 'permit')), statusIndex: indexes[0]! });
    const sod = decodeSod(parseSigned(fileOf(images[1]!, 'sod'), permitTyp.sod).payload);
    const payload = encodeSod({ ...sod, digests: { ...sod.digests, permit: nodeCrypto.sha256(permit) }, statusList: { ...sod.statusList, index: indexes[0]! } });
    const double = withFiles(images[1]!, { permit, sod: resigned(fileOf(images[1]!, 'sod'), { payload }) });
    const checking = new MemoryTerminal();
    checking.statuses.set(indexes[1]!, 3);
    expect(await verdict(checking, new CardInReader(images[1]!).insert())).toBe('unconfirmed not-confirmed');
    expect(await verdict(checking, new CardInReader(double).insert())).toBe('valid');
    // What helps: the platform knows no such permit number on-line; once found, the index is listed, and the genuine card under it is replaced.
    checking.statuses.set(indexes[0]!, 1);
    expect(await verdict(checking, new CardInReader(double).insert())).toBe('revoked listed-cancelled');
  });

  it.each([
    ['an endorsement for decades', { 5: '2026-11-24', 6: '2060-12-10' }],
    ['an endorsement dated ahead of its signature', { 5: '2030-05-01', 6: '2030-12-10' }],
  ])('%s is believed by nobody', async (_, days) => {
    const reader = new CardInReader(images[0]!);
    const { session, chip } = await openWith(terminal, reader.insert(), ['endorse']);
    const honest = encodeEndorsement({ permitNumber: numbers[0]!, thumbprint: chipThumbprint(chip.chipKey, nodeCrypto.sha256), counter: 1, signedAt: noon, endorsedOn: '2026-11-24', goodUntil: '2027-12-10', authority: '龙港市公安局' });
    const fields = decodeCbor(honest) as Map<number, unknown>;
    for (const [label, date] of Object.entries(days)) fields.set(Number(label), new CborTag(1004, date));
    await putObject(session, { file: 'endorsements' }, 1, signSign1({ typ: permitTyp.endorsement, payload: encodeCbor(fields), kcwt: delegation(), seed: seeds.terminal }, nodeCrypto.ed25519));
    expect(await verdict(new MemoryTerminal(), reader.insert())).toBe('forged endorsement-malformed');
  });

  it('what a blocked terminal dates back before the block stands on a confirmed card', async () => {
    const blocked = Object.assign(new MemoryTerminal(), { blocked: true });
    const reader = new CardInReader(images[0]!);
    const thief = new MemoryTerminal();
    // The block began a minute before noon.
    thief.now = noon - 120;
    expect(await update(thief, reader.insert(), 'move')).toBe('done');
    expect(await reading(blocked, reader.insert())).toBe('valid, shows the holder');
    // What helps: a card that the platform has not confirmed, or an honest clock.
    blocked.statuses.set(indexes[0]!, 3);
    expect(await verdict(blocked, reader.insert())).toBe('forged delegation-blocked');
  });

  it.each([
    ['services', [0xc7, [0x91, 2, 0, 7]], slotOf(7)],
    ['residence', [0xc5, []], 'move'],
    ['endorsements', [0xc6, []], 'endorse'],
  ] as const)('a counter is not used up by one step, of %s: the card refuses, and is updated as before', async (_, [tag, department], what) => {
    const reader = new CardInReader(images[0]!);
    const { session } = await openWith(terminal, reader.insert(), ['endorse', 'service'], [7]);
    const put = (byte: number): Uint8Array => Uint8Array.of(tag, 9 + department.length, ...department, 0x90, 4, byte, byte, byte, byte, 0x53, 1, 0);
    expect(await status(session, [0xdb, 0x3f, 0xff], put(0xff))).toBe('6985');
    expect(await update(new MemoryTerminal(), reader.insert(), what)).toBe('done');
  });

  it('who has the right to manage and the card sets another PIN and signs as its holder; log and record name him', async () => {
    const reader = new CardInReader(images[0]!);
    const clerk = new MemoryTerminal();
    expect(refusal(await resetHolderPin(clerk.context(reader.insert()), { by: 'W-017' }))).toBe('done');
    expect(clerk.records).toMatchObject([{ type: 'pin', action: 'reset', by: 'W-017' }]);
    const pin = new TextEncoder().encode('802413');
    const { session, application } = await openWith(clerk, reader.insert(), ['manage']);
    expect([await setPin(session, pin), await verifyPin(session, pin)]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await signDigest(session, new Uint8Array(32).fill(1))).toHaveLength(64);
    expect((await readAccessLog(application)).slice(0, 2)).toMatchObject([{ holderReference: terminalReference }, { holderReference: terminalReference, purpose: accessPurpose.pin }]);
  });
});
