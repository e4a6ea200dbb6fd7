import { beforeAll, describe, expect, it } from 'vitest';
import { accessPurpose, readAccessLog } from '../../src/card/index.js';
import { asPsoData, encodeCvCertificate, parseCvCertificate, type CvBody, type CvRole } from '../../src/cvc/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { p256KeyPair, signP256, type P256KeyPair } from '../../src/node-crypto/index.js';
import { CardInReader, MemoryTerminal } from '../workflows/fixtures.js';
import { certificate, cvcaKey, cvcaReference, terminalKey, terminalReference, verifierKey, verifierReference } from '../workflows/test-access.js';
import { chipOpen, credentials, getData, hall, openWith, raw, reading, shown, status } from './bench.js';
import { apdu } from '../emulator/mini-terminal.js';

/**
 * A dishonest maker of terminals, or a program at a counter, shows the card certificates: his own, another's, real ones in roles that they do not have.
 *
 * | certificate | is refused by the card as |
 * |---|---|
 * | signed by somebody else under a real name | certificate-signature (6300) |
 * | of an authority that the card does not trust | unknown-signer (6A88) |
 * | in a role that its signer may not give | role (6982) |
 * | ended, or beginning after its signer's end | dates (6985) |
 * | with rights beyond its signer's | granted without them |
 * | genuine, with another key | signature (6300) |
 */
const terminal = new MemoryTerminal();
let image: CardImage;
beforeAll(async () => void (image = (await hall()).cards[0]!.reader.card.image()));

const own: P256KeyPair = p256KeyPair(new Uint8Array(32).fill(0x66));
const other = 'CNT-00000200001';
interface Shown {
  readonly chain: readonly Uint8Array[];
  readonly reference?: string;
  readonly key?: P256KeyPair;
}
/** What the card says to a chain of certificates, each a whole 7F21. */
const answered = async ({ chain, reference = terminalReference, key = terminalKey }: Shown, reader = new CardInReader(image)): Promise<string> => {
  const parsed = chain.map(parseCvCertificate);
  const sent = parsed.map((each) => ({ authorityReference: each.authorityReference, data: asPsoData(each) }));
  return shown(await chipOpen(reader.insert()), { chain: sent, holderReference: reference, sign: (message) => signP256(key.privateKey, message) });
};
const days = (effective: string, expires: string): Partial<CvBody> => ({ effective, expires });
const good = { verifier: certificate('dv-domestic'), terminal: certificate('terminal', days('2026-11-24', '2026-12-11')) };
const cardDate = (reader: CardInReader): string => Buffer.from(new Memory(reader.card.image().nvm.slice()).issued.cardDate).toString('hex');

it('the genuine chain is granted', async () => {
  expect(await answered({ chain: [good.verifier, good.terminal] })).toBe('granted');
});

describe('certificates', () => {
  const newAuthority = 'CNWZTEST00002';
  const made = (role: CvRole, change: Partial<CvBody>, signer: P256KeyPair): Uint8Array => certificate(role, change, signer);
  it.each<readonly [string, () => Shown, string]>([
    ['expired', () => ({ chain: [good.verifier, certificate('terminal', days('2026-10-01', '2026-11-23'))] }), 'dates at 1, 6985'],
    ['of an expired document verifier', () => ({ chain: [certificate('dv-domestic', days('2026-01-01', '2026-11-23')), good.terminal] }), 'dates at 0, 6985'],
    ['beginning after its signer’s end', () => ({ chain: [certificate('dv-domestic', days('2026-10-01', '2026-12-31')), certificate('terminal', days('2027-01-01', '2027-01-17'))] }), 'dates at 1, 6985'],
    ['beginning before its signer', () => ({ chain: [certificate('dv-domestic', days('2026-11-01', '2027-01-29')), certificate('terminal', days('2026-10-31', '2026-12-11'))] }), 'dates at 1, 6985'],
    ['of a made-up authority with the real name', () => ({ chain: [made('dv-domestic', { publicKey: own.publicKey }, own), certificate('terminal', days('2026-11-24', '2026-12-11'), own)] }), 'certificate-signature at 0, 6300'],
    ['of a made-up document verifier with the real name', () => ({ chain: [good.verifier, certificate('terminal', { ...days('2026-11-24', '2026-12-11'), publicKey: own.publicKey }, own)], key: own }), 'certificate-signature at 1, 6300'],
    ['of an authority of another name', () => ({ chain: [made('dv-domestic', { authorityReference: newAuthority }, own), good.terminal] }), 'unknown-signer at 0, 6a88'],
    ['of a document verifier that was not shown', () => ({ chain: [good.terminal] }), 'unknown-signer at 0, 6a88'],
    ['self-signed, an authority that names itself', () => ({ chain: [made('cvca', { authorityReference: newAuthority, holderReference: newAuthority, publicKey: own.publicKey }, own)] }), 'unknown-signer at 0, 6a88'],
    ['a link to a new authority, signed by that one', () => ({ chain: [made('cvca', { holderReference: newAuthority, publicKey: own.publicKey }, own)] }), 'certificate-signature at 0, 6300'],
    ['a link to a new authority, signed by a document verifier', () => ({ chain: [good.verifier, made('cvca', { authorityReference: verifierReference, holderReference: newAuthority, publicKey: own.publicKey }, verifierKey)] }), 'role at 1, 6982'],
    ['a terminal as document verifier', () => ({ chain: [good.verifier, good.terminal, certificate('terminal', { ...days('2026-11-24', '2026-12-11'), authorityReference: terminalReference, holderReference: other, publicKey: own.publicKey }, terminalKey)] }), 'role at 2, 6982'],
    ['a document verifier as authority', () => ({ chain: [good.verifier, made('dv-domestic', { authorityReference: verifierReference, holderReference: 'CNWZDV00002', publicKey: own.publicKey }, verifierKey)] }), 'role at 1, 6982'],
    ['a terminal signed by the authority itself', () => ({ chain: [certificate('terminal', { ...days('2026-11-24', '2026-12-11'), authorityReference: cvcaReference }, cvcaKey)] }), 'role at 0, 6982'],
    ['a document verifier that comes as a terminal', () => ({ chain: [good.verifier], reference: verifierReference, key: verifierKey }), 'terminal at 1, 6a88'],
    ['a genuine one with another key', () => ({ chain: [good.verifier, good.terminal], key: own }), 'signature at 2, 6300'],
    ['a genuine one under another terminal’s name', () => ({ chain: [good.verifier, good.terminal], reference: other }), 'terminal at 2, 6a88'],
  ])('%s', async (_, attack, expected) => {
    const reader = new CardInReader(image);
    expect(await answered(attack(), reader)).toBe(expected);
    // Nobody came, as the card sees it.
    expect(new Memory(reader.card.image().nvm.slice()).log.records()).toHaveLength(new Memory(image.nvm.slice()).log.records().length);
  });

  it('with bits flipped: no body and no signature but the signed one passes', async () => {
    const names = new Set<string>();
    const whole = asPsoData(parseCvCertificate(good.terminal));
    const [verifier] = credentials(terminal, (access) => (access.verifier = good.verifier)).chain;
    for (let bit = 3; bit < whole.length * 8; bit += 11) {
      const data = whole.slice();
      data[bit >> 3]! ^= 0x80 >> (bit & 7);
      const answer = await shown(await chipOpen(new CardInReader(image).insert()), { chain: [verifier!, { authorityReference: verifierReference, data }], holderReference: terminalReference, sign: (message) => signP256(terminalKey.privateKey, message) });
      expect([bit, answer]).not.toEqual([bit, 'granted']);
      names.add(answer);
    }
    expect([...names].sort()).toEqual(['certificate-signature at 1, 6300', 'malformed at 1, 6a80', 'unknown-signer at 1, 6a88']);
  });

  it('what is not in the profile is not made', () => {
    expect(() => encodeCvCertificate({ ...parseCvCertificate(good.verifier), departments: [7] }, () => new Uint8Array(64))).toThrow('extension');
  });
});

describe('rights', () => {
  it('beyond the document verifier’s are not in force, and the log says which were', async () => {
    const reader = new CardInReader(image);
    const held = credentials(terminal, (access) => (access.verifier = certificate('dv-domestic', { rights: ['service', 'manage'] })));
    const open = await chipOpen(reader.insert());
    expect(await shown(open, held)).toBe('granted');
    expect((await readAccessLog(open.application))[0]).toMatchObject({ rights: ['service', 'manage'], holderReference: terminalReference, purpose: accessPurpose.check });
    expect(await status(open.session, [0xcb, 0x3f, 0xff], getData(0xc3), 2_000)).toBe('6982');
    const again = await chipOpen(reader.insert());
    expect(await shown(again, held)).toBe('granted');
    expect(await status(again.session, [0xdb, 0x3f, 0xff], Uint8Array.of(0xc5, 9, 0x90, 4, 0, 0, 0, 9, 0x53, 1, 0))).toBe('6982');
  });

  const opens = { holder: 0xc3, photo: 0xc4, residence: 0xc5, services: 0xc7, log: 0xca } as const;
  it.each([
    ['inspect', 'holder photo residence services'],
    ['kiosk', ''],
    ['endorse', 'residence'],
    ['service', 'services'],
    ['manage', 'log'],
  ] as const)('%s alone opens no more than: %s', async (right, expected) => {
    const open: string[] = [];
    for (const [name, tag] of Object.entries(opens)) {
      const { session } = await openWith(terminal, new CardInReader(image).insert(), [right], right === 'service' ? [7] : []);
      if ((await status(session, [0xcb, 0x3f, 0xff], getData(tag), 4_000)) === '9000') open.push(name);
    }
    expect(open.join(' ')).toBe(expected);
  });

  it('no right without authentication: nothing of the holder is read, nothing is written', async () => {
    for (const tag of Object.values(opens)) expect(await status((await chipOpen(new CardInReader(image).insert())).session, [0xcb, 0x3f, 0xff], getData(tag), 4_000)).toBe('6982');
    for (const tag of [0xc5, 0xc6, 0xc7]) {
      const put = tag === 0xc7 ? [0x91, 2, 0, 7] : [];
      const data = Uint8Array.of(tag, 9 + put.length, ...put, 0x90, 4, 0, 0, 0, 9, 0x53, 1, 0);
      expect(await status((await chipOpen(new CardInReader(image).insert())).session, [0xdb, 0x3f, 0xff], data)).toBe('6982');
      const reader = new CardInReader(image);
      reader.insert();
      raw(reader, apdu('00A40400', new Uint8Array(Buffer.from('F0575A525001', 'hex')), 256));
      expect(raw(reader, apdu('00DB3FFF', data))).toBe('6982');
    }
  });

  it('a terminal that is refused shows the verdict and nothing of the holder', async () => {
    const refused = new MemoryTerminal();
    refused.access.verifier = certificate('dv-domestic', {}, own);
    expect(await reading(refused, new CardInReader(image).insert())).toBe('valid, shows nothing, ACCESS_REFUSED certificate-signature');
  });
});

describe('the card’s date', () => {
  const later = '2027-02-01';
  const moved = async (role: CvRole, chain: () => readonly Uint8Array[]): Promise<string> => {
    const reader = new CardInReader(image);
    await answered({ chain: chain() }, reader);
    return `${role} ${cardDate(reader)}`;
  };
  it('is moved by domestic certificates alone', async () => {
    const under = (verifier: Uint8Array): readonly Uint8Array[] => [verifier, certificate('terminal', days(later, '2027-02-18'))];
    expect(await moved('dv-foreign', () => under(certificate('dv-foreign', days('2027-01-15', '2027-04-15'))))).toBe('dv-foreign 261124');
    expect(await moved('dv-domestic', () => under(certificate('dv-domestic', days('2027-01-15', '2027-04-15'))))).toBe('dv-domestic 270201');
  });

  it('is not moved by a certificate that nobody signed, nor set back by an older one', async () => {
    expect(await moved('terminal', () => [good.verifier, certificate('terminal', days(later, '2027-02-18'), own)])).toBe('terminal 261124');
    const reader = new CardInReader(image);
    await answered({ chain: [good.verifier, certificate('terminal', days(later, '2027-02-18'))] }, reader);
    await answered({ chain: [good.verifier, certificate('terminal', days('2026-12-01', '2027-02-18'))] }, reader);
    expect(cardDate(reader)).toBe('270201');
  });

  it('of two followed links the first authority is gone, and a known authority does not change its key', async () => {
    const names = ['CNWZTEST00002', 'CNWZTEST00003'] as const;
    const keys = [p256KeyPair(new Uint8Array(32).fill(0x67)), p256KeyPair(new Uint8Array(32).fill(0x68))] as const;
    const span = { effective: '2026-06-01', expires: '2060-12-31' };
    const links = [
      certificate('cvca', { ...span, holderReference: names[0], publicKey: keys[0].publicKey }),
      certificate('cvca', { ...span, authorityReference: names[0], holderReference: names[1], publicKey: keys[1].publicKey }, keys[0]),
    ];
    const reader = new CardInReader(image);
    await answered({ chain: links }, reader);
    expect(await answered({ chain: [good.verifier, good.terminal] }, reader)).toBe('unknown-signer at 0, 6a88');
    // Signed by the authority before, as a link is: but the name is known, and keeps the key that it had.
    const exchanged = certificate('cvca', { ...span, authorityReference: names[0], holderReference: names[1], publicKey: own.publicKey }, keys[0]);
    const verifier = certificate('dv-domestic', { ...days('2026-11-01', '2027-01-29'), authorityReference: names[1] }, own);
    expect(await answered({ chain: [exchanged, verifier, good.terminal] }, reader)).toBe('certificate-signature at 1, 6300');
  });

  it('a genuine link is followed: the control', async () => {
    const next = p256KeyPair(new Uint8Array(32).fill(0x67));
    const newer = 'CNWZTEST00002';
    const link = certificate('cvca', { holderReference: newer, publicKey: next.publicKey, effective: '2026-06-01', expires: '2060-12-31' });
    const verifier = certificate('dv-domestic', { ...days('2026-11-01', '2027-01-29'), authorityReference: newer }, next);
    expect(await answered({ chain: [link, verifier, good.terminal] })).toBe('granted');
  });
});
