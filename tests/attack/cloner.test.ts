import { createECDH } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { CardSession, PermitApplication, compressedPoint, type CardChannel } from '../../src/card/index.js';
import type { CardFaults, CardImage } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { decodeSod, encodeSod, parseSigned, passiveAuthentication, permitTyp } from '../../src/permit/index.js';
import { readPermit } from '../../src/workflows/index.js';
import { CardInReader, noon, type MemoryTerminal } from '../workflows/fixtures.js';
import { SELECT, SET_AT, apdu, tlv } from '../emulator/mini-terminal.js';
import { between, hall, raw, reading, verdict, type Middle } from './bench.js';
import { fileOf, resigned, seeds, withFiles, withOwnKey } from './forgery.js';

/**
 * The cloner has read a genuine card to the last byte, all but its private keys, and puts the copy on a chip of his own.
 *
 * | the copy | is refused as |
 * |---|---|
 * | on a chip with another key, or with a recorded proof | cloned chip-answer-wrong |
 * | on a chip that refuses to prove the key its SOD names | cloned chip-refused |
 * | that says it is of an older, unprotected kind | CARD_PROFILE, forged digest-version, digest-cardAccess |
 * | whose SOD names the cloner's own key | forged sod-signature |
 */
let terminal: MemoryTerminal;
let genuine: CardImage;
beforeAll(async () => {
  const made = await hall();
  terminal = made.terminal;
  genuine = made.cards[0]!.reader.card.image();
});

const put = (image: CardImage, faults: CardFaults = {}): CardChannel => {
  const reader = new CardInReader(image);
  const channel = reader.insert();
  reader.card.faults = faults;
  return channel;
};
const inMiddle = (middle: Middle) => (): CardChannel => between(put(genuine), middle);
/** One byte pattern of an answer for another of the same length. */
const swap = (at: number, from: string, to: string): Middle => ({
  answer: (answer, n) => (n === at ? new Uint8Array(Buffer.from(Buffer.from(answer).toString('hex').replace(from, to), 'hex')) : answer),
});

it('the card that is copied is valid and shows its holder', async () => {
  expect([await verdict(terminal, put(genuine)), await reading(terminal, put(genuine))]).toEqual(['valid', 'valid, shows the holder']);
});

describe('a copy', () => {
  it.each<readonly [string, () => CardChannel, string]>([
    ['of all files on a chip with another key', () => put(withOwnKey(genuine).image), 'cloned chip-answer-wrong'],
    ['that makes up a key for each session', () => put(genuine, { clone: 'other-key' }), 'cloned chip-answer-wrong'],
    ['that refuses chip authentication', () => put(genuine, { clone: 'refuses' }), 'cloned chip-refused'],
    ['that does not know the command of the proof', () => put(genuine, { wrongStatus: { at: 4, sw: 0x6d00 } }), 'cloned chip-refused'],
    ['that does not know the key', () => put(genuine, { wrongStatus: { at: 3, sw: 0x6a88 } }), 'cloned chip-refused'],
    ['that answers as version 1 of the protocol does, without a token', inMiddle({ answer: (answer, n) => (n === 4 ? Uint8Array.of(0x7c, 0, 0x90, 0) : answer) }), 'cloned chip-answer-wrong'],
    ['that answers done and nothing', inMiddle({ answer: (answer, n) => (n === 4 ? Uint8Array.of(0x90, 0) : answer) }), 'cloned chip-answer-wrong'],
  ])('%s', async (_, card, expected) => {
    expect([await verdict(terminal, card()), await reading(terminal, card())]).toEqual([expected, `${expected}, shows nothing`]);
  });

  it('that plays back the proof of the genuine chip', async () => {
    let recorded = new Uint8Array(0);
    await verdict(terminal, between(put(genuine), { answer: (answer, n) => (n === 4 ? (recorded = answer.slice()) : answer) }));
    expect(recorded.length).toBeGreaterThan(20);
    expect(await verdict(terminal, between(put(withOwnKey(genuine).image), { answer: (answer, n) => (n === 4 ? recorded : answer) }))).toBe('cloned chip-answer-wrong');
  });

  it('whose SOD names the key of the copy, signed by nobody who may', async () => {
    const { image, point } = withOwnKey(genuine);
    const sod = fileOf(genuine, 'sod');
    const payload = encodeSod({ ...decodeSod(parseSigned(sod, permitTyp.sod).payload), chipKey: compressedPoint(point)! });
    expect(await verdict(terminal, put(withFiles(image, { sod: resigned(sod, { payload, seed: seeds.forger }) })))).toBe('forged sod-signature');
    // With the terminal's key it would be a genuine card: the signature is what stops the forger.
    expect(await verdict(terminal, put(withFiles(image, { sod: resigned(sod, { payload }) })))).toBe('valid');
  });

  it('is asked for no PIN and shown no certificate: nothing is given to a chip that did not prove itself', async () => {
    const sent = async (image: CardImage, faults: CardFaults = {}): Promise<number[]> => {
      const instructions: number[] = [];
      const channel = between(put(image, faults), { command: (command) => { instructions.push(command[1]!); return command; } });
      await readPermit({ ...terminal.context(channel), mode: 'kiosk' }, new TextEncoder().encode('802413'));
      return instructions;
    };
    expect(await sent(genuine)).toEqual(expect.arrayContaining([0x2a, 0x82, 0x20]));
    expect(await sent(withOwnKey(genuine).image)).toEqual([0xa4, 0xcb, 0x22, 0x86]);
    expect(await sent(genuine, { clone: 'refuses' })).toEqual([0xa4, 0xcb, 0x22]);
  });

  it.each([
    ['off the curve', (point: Uint8Array) => point.map((byte, i) => (i === 64 ? byte ^ 1 : byte))],
    ['at infinity', () => new Uint8Array(1)],
    ['of zeros', () => Uint8Array.from([4, ...new Uint8Array(64)])],
    ['beyond the prime', () => Uint8Array.from([4, ...new Uint8Array(64).fill(0xff)])],
    ['compressed', (point: Uint8Array) => Uint8Array.from([2, ...point.slice(1, 33)])],
  ])('tries to squeeze the key out by points %s', (_, bend) => {
    const reader = new CardInReader(genuine);
    reader.insert();
    raw(reader, SELECT);
    const tried = (point: Uint8Array): string => {
      expect(raw(reader, SET_AT)).toBe('9000');
      return raw(reader, apdu('00860000', tlv(0x7c, tlv(0x80, point)), 256));
    };
    const point = new Uint8Array(createECDH('prime256v1').generateKeys());
    expect([tried(bend(point)), tried(point)]).toEqual(['6a80', '9000']);
  });

  it('that is silent proves nothing and is never valid', async () => {
    expect(await verdict(terminal, put(genuine, { silent: { at: 3 } }))).toBe('undetermined chip-silent');
  });
});

describe('a downgrade', () => {
  it.each<readonly [string, Middle, string]>([
    ['to profile 0, which knew no rights', swap(1, '820101', '820100'), 'CARD_PROFILE'],
    ['to fewer capabilities', swap(1, '830103', '830100'), 'forged digest-version'],
    ['to another suite', swap(1, '810101', '810102'), 'forged digest-version'],
    ['to another version', swap(1, '80020100', '80020101'), 'forged digest-version'],
    ['to a blank', swap(1, '8a0105', '8a0101'), 'CARD_BLANK'],
    ['to a void card', swap(1, '8a0105', '8a0103'), 'CARD_VOID'],
  ])('%s', async (_, middle, expected) => {
    expect(await verdict(terminal, between(put(genuine), middle))).toBe(expected);
  });

  it('of the parameters in EF.CardAccess', async () => {
    const judged = async (image: CardImage): Promise<string> => {
      const application = await PermitApplication.select(new CardSession(put(image)));
      if (application === undefined) throw new Error('no permit');
      const files = { ...(await application.readFiles('sod', 'permit', 'cardAccess')), version: application.selected.version };
      const authentic = passiveAuthentication({ trust: terminal.trustList(), crypto: nodeCrypto, now: noon, files });
      return authentic.ok ? 'authentic' : authentic.reason;
    };
    const weaker = fileOf(genuine, 'cardAccess');
    weaker[weaker.length - 1] = 0x39;
    expect([await judged(genuine), await judged(withFiles(genuine, { cardAccess: weaker }))]).toEqual(['authentic', 'digest-cardAccess']);
    // A verdict takes no parameter from that file: nothing that stands there can weaken it.
    expect(await verdict(terminal, put(withFiles(genuine, { cardAccess: weaker })))).toBe('valid');
  });
});
