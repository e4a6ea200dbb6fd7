import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { isAcceptablePoint, tweetnaclEngine, verifyEd25519, type Ed25519Engine } from '../../src/cose/index.js';
import { nodeEd25519 } from '../../src/node-crypto/index.js';
import { concat, fromHex, toHex } from '../../src/iso7816/index.js';

const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const prime = 2n ** 255n - 19n;
const littleEndian = (n: bigint): Uint8Array => fromHex(n.toString(16).padStart(64, '0')).reverse();
const integer = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
const withSign = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes, (byte, i) => (i === 31 ? byte | 0x80 : byte));

const orderEight = fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
const smallOrderY = [0n, 1n, prime - 1n, integer(orderEight), prime - integer(orderEight)];
const engines: readonly (readonly [string, Ed25519Engine])[] = [['node:crypto', nodeEd25519], ['tweetnacl', tweetnaclEngine]];

describe('points refused before any engine (payload.md 1)', () => {
  const smallOrder = smallOrderY.map(littleEndian).flatMap((point) => [point, withSign(point)]);
  const notCanonical = Array.from({ length: 19 }, (_, i) => littleEndian(prime + BigInt(i))).flatMap((point) => [point, withSign(point)]);

  it.each(smallOrder.map((point) => [toHex(point)]))('small order %s', (point) => {
    expect(isAcceptablePoint(fromHex(point))).toBe(false);
  });
  it.each(notCanonical.map((point) => [toHex(point)]))('y ≥ p: %s', (point) => {
    expect(isAcceptablePoint(fromHex(point))).toBe(false);
  });
  it('accepts the base point and p - 2, refuses other lengths', () => {
    expect(isAcceptablePoint(fromHex(`58${'66'.repeat(31)}`))).toBe(true);
    expect(isAcceptablePoint(littleEndian(prime - 2n))).toBe(true);
    expect(isAcceptablePoint(new Uint8Array(31).fill(2))).toBe(false);
  });
});

describe.each(engines)('verifyEd25519 over %s', (_, engine) => {
  const seed = new Uint8Array(32).fill(9);
  const key = engine.publicKey(seed);
  const message = Uint8Array.of(1, 2, 3);
  const signature = engine.sign(seed, message);

  it('refuses S + L, which one engine accepts', () => {
    const forged = concat(signature.slice(0, 32), littleEndian(integer(signature.slice(32)) + order));
    expect(verifyEd25519(engine, key, message, signature)).toBe(true);
    expect(verifyEd25519(engine, key, message, forged)).toBe(false);
    expect(tweetnaclEngine.verify(key, message, forged)).toBe(true);
  });
  it('refuses a forgery under a key of small order, which both engines accept', () => {
    const identity = littleEndian(1n);
    const s = littleEndian(5n);
    // S·B = R + k·A with A the identity: R = 5·B, whatever the message.
    const r = fromHex('edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df');
    expect(engine.verify(identity, message, concat(r, s))).toBe(true);
    expect(verifyEd25519(engine, identity, message, concat(r, s))).toBe(false);
  });
  it('refuses R of small order', () => {
    expect(verifyEd25519(engine, key, message, concat(littleEndian(1n), signature.slice(32)))).toBe(false);
  });
  it('is false for any flipped bit and any wrong length', () => {
    for (let bit = 0; bit < 512; bit += 7) {
      const flipped = Uint8Array.from(signature, (byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(verifyEd25519(engine, key, message, flipped)).toBe(false);
    }
    expect(verifyEd25519(engine, key, message, signature.slice(1))).toBe(false);
    expect(verifyEd25519(engine, key.slice(1), message, signature)).toBe(false);
  });
});

describe('both engines', () => {
  it('make the same keys and signatures', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 200 }), (seed, message) => {
        expect(nodeEd25519.publicKey(seed)).toEqual(tweetnaclEngine.publicKey(seed));
        expect(nodeEd25519.sign(seed, message)).toEqual(tweetnaclEngine.sign(seed, message));
      }),
      { numRuns: 20 },
    );
  });
  it('never throw for keys and signatures from outside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 70 }), (key, signature) => {
        for (const [, engine] of engines) expect(engine.verify(key, key, signature)).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ minLength: 64, maxLength: 64 }), (key, signature) => {
        expect(verifyEd25519(nodeEd25519, key, key, signature)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
