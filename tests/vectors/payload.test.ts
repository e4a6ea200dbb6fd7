import { describe, expect, it } from 'vitest';
import { CoseError, parseSign1, tweetnaclEngine, verifySign1 } from '../../src/cose/index.js';
import { nodeEd25519 } from '../../src/node-crypto/index.js';
import {
  decodeDelegation,
  decodeEndorsement,
  decodeResidence,
  decodeServiceSlot,
  decodeSod,
  decodeStatusListToken,
  decodeTrustList,
  passiveAuthentication,
  PayloadError,
  verifyDelegation,
  verifyEndorsement,
  verifyResidence,
  verdictOf,
  verifyServiceSlot,
  verifyTrustList,
  type Authentic,
  type AuthenticObject,
  type NotAuthentic,
  type ServiceSlot,
} from '../../src/permit/index.js';
import type { RefusalVector, SlotsVector } from './payload-vectors.js';
import { readVectors } from './read.js';
import { bytes, hex, type SignedVector } from './shared.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';

const file = readVectors<{ now: number; root: string; files: Record<string, string>; valid: SignedVector[]; refused: RefusalVector[]; slots: SlotsVector[] }>('payload.json');
const valid = new Map(file.valid.map((vector) => [vector.name, vector]));
const objectOf = (name: string): Uint8Array => bytes(valid.get(name)!.object);
const decoders: Readonly<Record<string, (payload: Uint8Array) => unknown>> = {
  'wz-sod': decodeSod,
  'wz-res': decodeResidence,
  'wz-end': decodeEndorsement,
  'wz-srv': decodeServiceSlot,
  'wz-del': decodeDelegation,
  'wz-trust': decodeTrustList,
  'application/statuslist+cwt': decodeStatusListToken,
};

const verified = verifyTrustList(objectOf('TrustList'), bytes(file.root), 1, nodeCrypto, file.now);
if (!verified.ok) throw new Error(verified.reason);
const context = { trust: verified.trust, crypto: nodeCrypto, now: file.now };
const files = Object.fromEntries(Object.entries(file.files).map(([name, content]) => [name, bytes(content)])) as Record<'sod' | 'permit', Uint8Array>;
const authenticate = (sod: Uint8Array): ReturnType<typeof passiveAuthentication> => passiveAuthentication({ ...context, files: { ...files, sod } });
const card = (): Authentic => {
  const result = authenticate(objectOf('SOD'));
  if (!result.ok) throw new Error(result.reason);
  return result;
};
const slotOf = (object: Uint8Array): AuthenticObject<ServiceSlot> => verifyServiceSlot(object, card(), context);
/** What refuses an object of this typ. */
const verifiers: Readonly<Record<string, (object: Uint8Array) => { readonly ok: true } | NotAuthentic>> = { 'wz-sod': authenticate, 'wz-srv': slotOf };

describe('payload.json: accepted', () => {
  it.each(file.valid.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const sign1 = parseSign1(bytes(vector.object), { tagged: vector.tagged });
    expect([sign1.typ, hex(sign1.protectedBytes), hex(sign1.payload), hex(sign1.signature)]).toEqual([vector.typ, vector.protected, vector.payload, vector.signature]);
    for (const engine of [nodeEd25519, tweetnaclEngine]) expect(verifySign1(sign1, bytes(vector.publicKey), engine)).toBe(true);
    expect(decoders[vector.typ]!(sign1.payload)).toBeDefined();
  });

  it('the whole card passes passive authentication, its mutable objects too', () => {
    expect(card().compared).toHaveLength(5);
    expect(verifyResidence(objectOf('Residence'), card(), context)).toMatchObject({ ok: true });
    expect(verifyEndorsement(objectOf('Endorsement'), card(), context)).toMatchObject({ ok: true });
    const slots = file.valid.filter(({ typ }) => typ === 'wz-srv').map(({ object }) => slotOf(bytes(object)));
    expect(slots.map((slot) => slot.ok && [slot.object.department, slot.object.counter])).toEqual([[7, 1], [65_534, 2], [7, 3]]);
  });
});

describe('payload.json: refused, by the layer that the vector names', () => {
  it.each(file.refused.map((vector) => [vector.name, vector] as const))('%s', (_, { layer, object, publicKey, reason, typ }) => {
    const data = bytes(object);
    if (layer === 'structure') {
      expect(() => parseSign1(data)).toThrow(CoseError);
    } else {
      const sign1 = parseSign1(data);
      expect(sign1.typ === typ).toBe(layer !== 'typ');
      const delegation = sign1.kcwt === undefined ? undefined : verifyDelegation(sign1.kcwt, context.trust, nodeCrypto);
      const key = publicKey === undefined ? (delegation?.ok === true ? delegation.delegation.publicKey : bytes(valid.get('SOD')!.publicKey)) : bytes(publicKey);
      for (const engine of [nodeEd25519, tweetnaclEngine]) expect(verifySign1(sign1, key, engine)).toBe(layer !== 'signature');
      if (layer === 'payload') expect(() => decoders[typ]!(sign1.payload)).toThrow(PayloadError);
      else expect(decoders[typ]!(sign1.payload)).toBeDefined();
    }
    const result = verifiers[typ]!(data);
    expect(result.ok).toBe(false);
    if (layer === 'chain' || layer === 'binding') expect(result).toMatchObject({ step: layer, reason });
    if (layer === 'structure' || layer === 'typ' || layer === 'payload') expect(result).toMatchObject({ step: 'parse' });
    if (layer === 'signature') expect(result).toMatchObject({ step: 'signature' });
  });

  it.each(['typ', 'payload', 'binding', 'signature', 'chain'])('slots at the layer %s too', (layer) => {
    expect(file.refused.some((vector) => vector.typ === 'wz-srv' && vector.layer === layer)).toBe(true);
  });

  it('every flipped bit of the SOD is refused by passive authentication', () => {
    const sod = objectOf('SOD');
    for (let bit = 0; bit < sod.length * 8; bit++) {
      expect([bit, authenticate(Uint8Array.from(sod, (byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))).ok]).toEqual([bit, false]);
    }
  });
});

describe("payload.json: slots against the chip's counters", () => {
  it.each(file.slots.map((vector) => [vector.name, vector] as const))('%s', (_, { services, listed, read, all, reason }) => {
    const { lines } = verdictOf({
      now: file.now,
      clockTrusted: true,
      card: card(),
      chip: 'proved',
      endorsement: 'none',
      services: { slots: read.map((name) => slotOf(objectOf(name))), all },
      counters: { residence: 1, endorsements: 0, services, slots: new Map(listed) },
      maxListAgeSeconds: 0,
    });
    expect(lines.find(({ check }) => check === 'counters')?.reason).toBe(reason);
  });
});
