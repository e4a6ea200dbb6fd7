import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  CborTag,
  CoseError,
  coseKeyId,
  decodeCbor,
  encodeCbor,
  okpKey,
  p256Key,
  parseOkpKey,
  parseP256Key,
  parseSign1,
  signSign1,
  signSign1With,
  tweetnaclEngine,
  verifySign1,
} from '../../src/cose/index.js';
import { nodeEd25519, sha256 } from '../../src/node-crypto/index.js';
import { toHex } from '../../src/iso7816/index.js';

const seed = new Uint8Array(32).fill(1);
const publicKey = nodeEd25519.publicKey(seed);
const payload = encodeCbor(new Map([[1, 'x']]));
const kcwt = signSign1({ typ: 'wz-del', kid: new Uint8Array(8), payload, seed, tagged: false }, nodeEd25519);
const object = signSign1({ typ: 'wz-res', payload, kcwt, seed }, nodeEd25519);

describe('COSE_Sign1 (RFC 9052 4.2)', () => {
  it('parses into what was signed, and both engines verify it', () => {
    const sign1 = parseSign1(object);
    expect(sign1).toMatchObject({ alg: -19, typ: 'wz-res', kcwt, payload });
    expect(toHex(sign1.protectedBytes)).toBe('a201321066777a2d726573');
    for (const engine of [nodeEd25519, tweetnaclEngine]) expect(verifySign1(sign1, publicKey, engine)).toBe(true);
    expect(parseSign1(kcwt, { tagged: false }).kid).toEqual(new Uint8Array(8));
  });

  it('is the same from a seed and from one who holds it', () => {
    const sign = (toBeSigned: Uint8Array): Uint8Array => nodeEd25519.sign(seed, toBeSigned);
    expect(signSign1With({ typ: 'wz-res', payload, kcwt }, sign)).toEqual(object);
    expect(signSign1With({ typ: 'wz-del', kid: new Uint8Array(8), payload, tagged: false }, sign)).toEqual(kcwt);
  });

  it('tells a tag from none', () => {
    expect(() => parseSign1(object, { tagged: false })).toThrow(CoseError);
    expect(() => parseSign1(kcwt)).toThrow(CoseError);
    expect(() => parseSign1(encodeCbor(new CborTag(98, decodeCbor(kcwt))))).toThrow(CoseError);
  });

  it.each([
    ['another algorithm', new Map<number, unknown>([[1, -7], [16, 'wz-res']])],
    ['no algorithm', new Map<number, unknown>([[16, 'wz-res']])],
    ['no typ', new Map<number, unknown>([[1, -19]])],
    ['a numeric typ', new Map<number, unknown>([[1, -19], [16, 1]])],
    ['a critical header', new Map<number, unknown>([[1, -19], [2, [16]], [16, 'wz-res']])],
    ['a kid of text', new Map<number, unknown>([[1, -19], [4, 'kid'], [16, 'wz-res']])],
    ['a header that is no map', [1, 2]],
  ])('refuses %s in the protected header', (_, header) => {
    expect(() => parseSign1(encodeCbor(new CborTag(18, [encodeCbor(header), new Map(), payload, new Uint8Array(64)])))).toThrow(CoseError);
  });

  it.each([
    ['a label of no meaning', new Map<number, unknown>([[4, new Uint8Array(8)]]), payload, 64],
    ['a kcwt that is no array', new Map<number, unknown>([[13, kcwt]]), payload, 64],
    ['a kcwt that is undefined', new Map<number, unknown>([[13, undefined]]), payload, 64],
    ['a detached payload', new Map(), null, 64],
    ['a short signature', new Map(), payload, 63],
  ])('refuses %s', (_, unprotected, content, length) => {
    const header = encodeCbor(new Map<number, unknown>([[1, -19], [16, 'wz-res']]));
    expect(() => parseSign1(encodeCbor(new CborTag(18, [header, unprotected, content, new Uint8Array(length)])))).toThrow(CoseError);
  });

  it('accepts -8 as an alias', () => {
    const header = encodeCbor(new Map<number, unknown>([[1, -8], [16, 'wz-res']]));
    const sign1 = parseSign1(encodeCbor(new CborTag(18, [header, new Map(), payload, new Uint8Array(64)])));
    expect(sign1.alg).toBe(-8);
  });

  it('with any bit flipped is refused, differs in its kcwt, or does not verify', () => {
    for (let bit = 0; bit < object.length * 8; bit++) {
      const flipped = Uint8Array.from(object, (byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      try {
        const sign1 = parseSign1(flipped);
        expect(toHex(sign1.kcwt ?? new Uint8Array(0)) !== toHex(kcwt) || !verifySign1(sign1, publicKey, nodeEd25519)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(CoseError);
      }
    }
  });

  it('of any bytes: a CoseError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, tagged) => {
        expect(() => parseSign1(bytes, { tagged })).toThrow(CoseError);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('COSE_Key', () => {
  it('Ed25519: encoding, identifier and back', () => {
    expect(toHex(encodeCbor(okpKey(publicKey)))).toBe(`a301012006215820${toHex(publicKey)}`);
    expect(parseOkpKey(decodeCbor(encodeCbor(okpKey(publicKey))))).toEqual(publicKey);
    expect(coseKeyId(okpKey(publicKey), sha256)).toEqual(sha256(encodeCbor(okpKey(publicKey))).slice(0, 8));
  });
  it('P-256: the sign of y stands for y', () => {
    const point = Uint8Array.of(4, ...new Array<number>(32).fill(7), ...new Array<number>(31).fill(0), 3);
    expect(toHex(parseP256Key(decodeCbor(encodeCbor(p256Key(point)))))).toBe(`03${'07'.repeat(32)}`);
    point[64] = 2;
    expect(parseP256Key(p256Key(point))[0]).toBe(2);
    expect(() => p256Key(point.slice(1))).toThrow(RangeError);
  });
  it.each([
    ['a private part', new Map<number, unknown>([[1, 1], [-1, 6], [-2, publicKey], [-4, seed]])],
    ['another curve', new Map<number, unknown>([[1, 1], [-1, 7], [-2, publicKey]])],
    ['a short key', new Map<number, unknown>([[1, 1], [-1, 6], [-2, publicKey.slice(1)]])],
    ['no map', []],
  ])('Ed25519: refuses %s', (_, key) => {
    expect(() => parseOkpKey(key)).toThrow(CoseError);
  });
  it.each([
    ['an uncompressed y', new Map<number, unknown>([[1, 2], [-1, 1], [-2, publicKey], [-3, publicKey]])],
    ['another curve', new Map<number, unknown>([[1, 2], [-1, 2], [-2, publicKey], [-3, true]])],
  ])('P-256: refuses %s', (_, key) => {
    expect(() => parseP256Key(key)).toThrow(CoseError);
  });
});
