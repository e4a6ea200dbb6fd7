import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CborTag, decodeCbor, encodeCbor } from '../../src/cose/index.js';
import * as permit from '../../src/permit/index.js';
import {
  chipKey, crypto, delegationPayload, endorsementPayload, holderPayload, makeCard, permitPayload, residencePayload, slotPayload, trustPayload, uri,
} from './world.js';

const photo = { salt: new Uint8Array(16), jpeg: new Uint8Array(10_240) };
const sod = permit.decodeSod(permit.parseSigned(makeCard().sod, 'wz-sod').payload);
const token: permit.StatusListClaims = { uri, issuedAt: 1, expires: 2, ttl: 3, deflated: Uint8Array.of(1) };

const kinds: [string, Uint8Array, (bytes: Uint8Array) => unknown, unknown][] = [
  ['Permit', permit.encodePermit(permitPayload), permit.decodePermit, permitPayload],
  ['Permit with an end', permit.encodePermit({ ...permitPayload, expires: '2029-03-01' }), permit.decodePermit, { ...permitPayload, expires: '2029-03-01' }],
  ['Holder', permit.encodeHolder(holderPayload), permit.decodeHolder, holderPayload],
  ['Photo', permit.encodePhoto(photo), permit.decodePhoto, photo],
  ['Sod', permit.encodeSod(sod), permit.decodeSod, sod],
  ['Residence', permit.encodeResidence(residencePayload), permit.decodeResidence, residencePayload],
  ['Endorsement', permit.encodeEndorsement(endorsementPayload), permit.decodeEndorsement, endorsementPayload],
  ['ServiceSlot', permit.encodeServiceSlot(slotPayload), permit.decodeServiceSlot, slotPayload],
  ['Delegation', permit.encodeDelegation(delegationPayload), permit.decodeDelegation, delegationPayload],
  ['TrustList', permit.encodeTrustList(trustPayload), permit.decodeTrustList, trustPayload],
  ['StatusListToken', permit.encodeStatusListToken(token), permit.decodeStatusListToken, token],
];

/** Anything but PayloadError is a hole. */
const survives = (decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void => {
  try {
    decode(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(permit.PayloadError);
  }
};

describe.each(kinds)('%s', (_name, bytes, decode, value) => {
  test('comes back as it went', () => expect(decode(bytes)).toEqual(value));
  test('garbage and bit flips give PayloadError and nothing else', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (garbage) => survives(decode, garbage)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
        const flipped = bytes.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        survives(decode, flipped);
      }),
    );
  });
  test('any CBOR value gives PayloadError and nothing else', () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.uint8Array({ maxLength: 40 }), fc.boolean(), fc.constant(null));
    const values = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('any'), { maxLength: 4 }), tie('map')),
      map: fc.array(fc.tuple(fc.integer({ min: -3, max: 9 }), tie('any')), { maxLength: 8 }).map((entries) => new Map(entries)),
    })).any;
    fc.assert(fc.property(values, (each) => survives(decode, encodeCbor(each))), { numRuns: 50 });
  });
  test('a trailing byte, an unknown label and a missing label are refused', () => {
    const reasonOf = (changed: Uint8Array): string => {
      try {
        decode(changed);
      } catch (error) {
        if (error instanceof permit.PayloadError) return error.reason;
      }
      return 'accepted';
    };
    expect(reasonOf(Uint8Array.of(...bytes, 0))).toBe('not-deterministic-cbor');
    const map = decodeCbor(bytes) as Map<unknown, unknown>;
    expect(reasonOf(encodeCbor(new Map([...map, [99, 1]])))).toBe('unknown-label');
    expect(reasonOf(encodeCbor(new Map([...map].slice(1))))).toBe('missing-label');
    expect(reasonOf(encodeCbor([1]))).toBe('not-a-map');
  });
});

test('an endorsement may be good for 14 months to the day', () => {
  expect(permit.decodeEndorsement(permit.encodeEndorsement({ ...endorsementPayload, goodUntil: '2027-05-01' })).goodUntil).toBe('2027-05-01');
});

describe('strict types', () => {
  const bend = (bytes: Uint8Array, label: number, value: unknown): Uint8Array =>
    encodeCbor(new Map([...(decodeCbor(bytes) as Map<unknown, unknown>), [label, value]]));
  const permitBytes = permit.encodePermit(permitPayload);
  const holderBytes = permit.encodeHolder(holderPayload);
  const endorsementBytes = permit.encodeEndorsement(endorsementPayload);
  const slotBytes = permit.encodeServiceSlot(slotPayload);
  test.each<[string, Uint8Array, (bytes: Uint8Array) => unknown, string]>([
    ['a date without its tag', bend(permitBytes, 4, '2026-03-01'), permit.decodePermit, 'wrong-type'],
    ['a date under another tag', bend(permitBytes, 4, new CborTag(0, '2026-03-01')), permit.decodePermit, 'wrong-type'],
    ['a day that does not exist', bend(permitBytes, 4, new CborTag(1004, '2026-02-29')), permit.decodePermit, 'out-of-range'],
    ['a short salt', bend(permitBytes, 0, new Uint8Array(15)), permit.decodePermit, 'out-of-range'],
    ['a text salt', bend(permitBytes, 0, 'salt'), permit.decodePermit, 'wrong-type'],
    ['a wrong check digit', bend(permitBytes, 1, '330302202610000010'), permit.decodePermit, 'out-of-range'],
    ['an unknown kind', bend(permitBytes, 2, 3), permit.decodePermit, 'out-of-range'],
    ['a negative index', bend(permitBytes, 6, -1), permit.decodePermit, 'wrong-type'],
    ['a fraction', bend(permitBytes, 6, 1.5), permit.decodePermit, 'wrong-type'],
    ['a huge index', bend(permitBytes, 6, 2n ** 60n), permit.decodePermit, 'wrong-type'],
    ['a temporary permit without an end', bend(permitBytes, 2, 2), permit.decodePermit, 'out-of-range'],
    ['an end before the issue', bend(permitBytes, 5, new CborTag(1004, '2026-02-28')), permit.decodePermit, 'out-of-range'],
    ['sex 3', bend(holderBytes, 2, 3), permit.decodeHolder, 'out-of-range'],
    ['ethnic group 57', bend(holderBytes, 3, 57), permit.decodeHolder, 'out-of-range'],
    ['an empty photo', bend(permit.encodePhoto(photo), 1, new Uint8Array(0)), permit.decodePhoto, 'out-of-range'],
    ['a photo too large', bend(permit.encodePhoto(photo), 1, new Uint8Array(10_241)), permit.decodePhoto, 'out-of-range'],
    ['another docType', bend(permit.encodeSod(sod), 2, 'x'), permit.decodeSod, 'out-of-range'],
    ['another digest algorithm', bend(permit.encodeSod(sod), 4, -44), permit.decodeSod, 'out-of-range'],
    ['an endorsement dated after its signature', bend(endorsementBytes, 5, new CborTag(1004, '2026-03-02')), permit.decodeEndorsement, 'out-of-range'],
    ['good until before the endorsement', bend(endorsementBytes, 6, new CborTag(1004, '2026-02-28')), permit.decodeEndorsement, 'out-of-range'],
    ['good for more than 14 months', bend(endorsementBytes, 6, new CborTag(1004, '2027-05-02')), permit.decodeEndorsement, 'out-of-range'],
    ['department 0', bend(slotBytes, 5, 0), permit.decodeServiceSlot, 'out-of-range'],
    ['department 65535, which stands for every one', bend(slotBytes, 5, 0xffff), permit.decodeServiceSlot, 'out-of-range'],
    ['all slots in one object', bend(slotBytes, 5, new Map([[7, new Map()]])), permit.decodeServiceSlot, 'wrong-type'],
    ['a slot without a receipt', bend(slotBytes, 6, ''), permit.decodeServiceSlot, 'out-of-range'],
    ['a state of 41 characters', bend(slotBytes, 7, '办'.repeat(41)), permit.decodeServiceSlot, 'out-of-range'],
    ['a counter of 33 bits', bend(slotBytes, 3, 2 ** 32), permit.decodeServiceSlot, 'out-of-range'],
    ['a chip key of another kind', bend(permit.encodeSod(sod), 6, new Map()), permit.decodeSod, 'wrong-type'],
  ])('refuses %s', (_name, bytes, decode, reason) => {
    expect(() => decode(bytes)).toThrow(permit.PayloadError);
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ reason }));
  });
  test('the first and the last department', () => {
    for (const department of [1, 0xfffe]) expect(permit.decodeServiceSlot(bend(slotBytes, 5, department))).toEqual({ ...slotPayload, department });
  });
  test('an encoder refuses what its decoder would', () => expect(() => permit.encodeHolder({ ...holderPayload, ethnicGroup: 60 })).toThrow(permit.PayloadError));
  test('the thumbprint is the first 8 bytes of the digest of the COSE_Key', () => {
    const key = (decodeCbor(permit.encodeSod(sod)) as Map<number, unknown>).get(6);
    expect(permit.chipThumbprint(chipKey, crypto.sha256)).toEqual(crypto.sha256(encodeCbor(key)).slice(0, 8));
  });
});
