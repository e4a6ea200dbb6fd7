import { describe, expect, test } from 'vitest';
import { signSign1 } from '../../src/cose/index.js';
import * as permit from '../../src/permit/index.js';
import {
  at, authenticate, authenticCard, binding, context, crypto, delegationPayload, endorsementPayload, kidOf, listWith, makeCard, permitPayload, publicOf, residencePayload, seeds, signDelegation,
  signEndorsement, signResidence, signSlot, signTrust, slotPayload, trustPayload,
} from './world.js';

type Result = { readonly ok: true } | permit.NotAuthentic;
const failure = (result: Result): string => (result.ok ? 'authentic' : `${result.step} ${result.code} ${result.reason}`);
const block = (since = at('2026-04-01')): permit.TrustList => ({ ...trustPayload, blocked: [{ terminal: 'T1', id: delegationPayload.id, since }] });

describe('trust list (payload.md 2.1)', () => {
  const verify = (bytes: Uint8Array, environment: 1 | 2 = 1, now = at('2026-06-01')) => permit.verifyTrustList(bytes, publicOf(seeds.root), environment, crypto, now);
  test('verifies under the pinned root', () => expect(verify(signTrust())).toEqual({ ok: true, trust: trustPayload }));
  test.each<[string, () => Result, string]>([
    ['another root', () => verify(signTrust(trustPayload, seeds.other)), 'chain SIGNER_UNKNOWN root-unknown'],
    ['production build, test list', () => verify(signTrust(), 2), 'chain TRUST_ENVIRONMENT trust-environment'],
    ['from the future', () => verify(signTrust(), 1, at('2025-01-01')), 'chain CLOCK_WRONG trust-list-from-future'],
    ['garbage', () => verify(Uint8Array.of(1, 2)), 'parse PAYLOAD_INVALID trust-list-malformed'],
    ['another typ', () => verify(makeCard().sod), 'parse PAYLOAD_INVALID trust-list-malformed'],
    [
      'a kid that is not its key',
      () => verify(signTrust({ ...trustPayload, keys: trustPayload.keys.map((key) => ({ ...key, kid: new Uint8Array(8) })) })),
      'parse PAYLOAD_INVALID trust-list-kid',
    ],
  ])('%s', (_name, run, expected) => expect(failure(run())).toBe(expected));
  test('every flipped bit is refused', () => {
    const bytes = signTrust();
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verify(flipped).ok).toBe(false);
    }
  });
});

describe('passive authentication (payload.md 4), each failure by name', () => {
  test('a genuine card', () => {
    const card = authenticate();
    expect(card).toMatchObject({ ok: true, permit: permitPayload, compared: ['version', 'permit', 'holder', 'photo', 'cardAccess'], delegation: delegationPayload });
    const { sod, permit: file } = makeCard();
    expect(authenticate({ sod, permit: file })).toMatchObject({ ok: true, compared: ['permit'] });
  });

  const bent = (over: Partial<permit.Delegation>) => makeCard({ kcwt: signDelegation({ ...delegationPayload, ...over }) });
  const issuerKey = (over: Partial<permit.TrustedKey>): permit.TrustList => ({
    ...trustPayload,
    keys: trustPayload.keys.map((key) => (key.role === 1 ? { ...key, ...over } : key)),
  });
  const changed = (name: 'version' | 'permit' | 'holder' | 'photo' | 'cardAccess') => ({ ...makeCard(), [name]: Uint8Array.of(1) });
  const foreign = permit.permitNumber({ division6: '330304', year: 2026, kind: 1, sequence: 1 });
  const garbagePermit = Uint8Array.of(0xa0);
  const digests = authenticCard().sod.digests;

  test.each<[string, () => Result, string]>([
    ['SOD is garbage', () => authenticate({ ...makeCard(), sod: Uint8Array.of(0) }), 'parse PAYLOAD_INVALID sod-malformed'],
    ['SOD of another typ', () => authenticate({ ...makeCard(), sod: signEndorsement() }), 'parse PAYLOAD_INVALID sod-malformed'],
    ['no trust list', () => authenticate(makeCard(), { trust: undefined }), 'chain TRUST_MISSING trust-list-missing'],
    ['no delegation', () => authenticate(makeCard({ kcwt: undefined })), 'chain PAYLOAD_INVALID delegation-missing'],
    ['unknown issuer', () => authenticate(makeCard({ kcwt: signDelegation(delegationPayload, seeds.other, kidOf(seeds.other)) })), 'chain SIGNER_UNKNOWN issuer-unknown'],
    ['status key as issuer', () => authenticate(makeCard({ kcwt: signDelegation(delegationPayload, seeds.status, kidOf(seeds.status)) })), 'chain SIGNER_UNKNOWN issuer-unknown'],
    ['delegation by another key', () => authenticate(makeCard({ kcwt: signDelegation(delegationPayload, seeds.other) })), 'chain SIGNATURE_INVALID delegation-signature'],
    ['issuer not yet in force', () => authenticate(makeCard(), { trust: issuerKey({ from: at('2026-02-01') }) }), 'chain SIGNER_NOT_ENTITLED issuer-window'],
    ['issuer of another county', () => authenticate(makeCard(), { trust: issuerKey({ prefixes: ['330304'] }) }), 'chain SIGNER_NOT_ENTITLED issuer-area'],
    ['signed in the future', () => authenticate(makeCard(), { now: at('2026-03-01') - 301 }), 'chain CLOCK_WRONG signed-in-future'],
    ['delegation ended before', () => authenticate(bent({ expires: at('2026-02-01') })), 'chain SIGNER_NOT_ENTITLED delegation-window'],
    ['delegation begins later', () => authenticate(bent({ notBefore: at('2026-03-02') })), 'chain SIGNER_NOT_ENTITLED delegation-window'],
    ['may sign endorsements only', () => authenticate(bent({ kinds: [3] })), 'chain SIGNER_NOT_ENTITLED delegation-kind'],
    ['index outside the block', () => authenticate(bent({ firstIndex: 6 })), 'chain SIGNER_NOT_ENTITLED delegation-index'],
    ['blocked', () => authenticate(makeCard(), { trust: block() }), 'chain SIGNER_NOT_ENTITLED delegation-blocked'],
    ['blocked, not confirmed', () => authenticate(makeCard(), { trust: block(), statusList: listWith([[5, 3]]) }), 'chain SIGNER_NOT_ENTITLED delegation-blocked'],
    ['signed by another terminal', () => authenticate(makeCard({ seed: seeds.other })), 'signature SIGNATURE_INVALID sod-signature'],
    ['version changed', () => authenticate(changed('version')), 'digests DIGEST_MISMATCH digest-version'],
    ['permit changed', () => authenticate(changed('permit')), 'digests DIGEST_MISMATCH digest-permit'],
    ['holder changed', () => authenticate(changed('holder')), 'digests DIGEST_MISMATCH digest-holder'],
    ['photo changed', () => authenticate(changed('photo')), 'digests DIGEST_MISMATCH digest-photo'],
    ['card access changed', () => authenticate(changed('cardAccess')), 'digests DIGEST_MISMATCH digest-cardAccess'],
    [
      'permit malformed',
      () => authenticate({ ...makeCard({ sod: { digests: { ...digests, permit: crypto.sha256(garbagePermit) } } }), permit: garbagePermit }),
      'permit PAYLOAD_INVALID permit-malformed',
    ],
    ['number of another county', () => authenticate(makeCard({ permit: { ...permitPayload, number: foreign } })), 'permit SIGNER_NOT_ENTITLED delegation-area'],
    ['index differs', () => authenticate(makeCard({ permit: { ...permitPayload, statusIndex: 6 } })), 'index DIGEST_MISMATCH index-differs'],
  ])('%s', (_name, run, expected) => expect(failure(run())).toBe(expected));

  test('a card that the status list confirms outlives the block of its terminal', () => {
    expect(authenticate(makeCard(), { trust: block(), statusList: listWith([]) }).ok).toBe(true);
    expect(authenticate(makeCard(), { trust: block(), statusList: listWith([[5, 1]]) }).ok).toBe(true);
  });

  test('every flipped bit of SOD and files is refused', () => {
    const card = makeCard();
    for (const name of ['sod', 'permit', 'holder'] as const) {
      const whole = card[name] ?? new Uint8Array(0);
      for (let bit = 0; bit < whole.length * 8; bit += 5) {
        const flipped = whole.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(authenticate({ ...card, [name]: flipped }).ok, `${name} bit ${bit}`).toBe(false);
      }
    }
  });
});

describe('mutable objects', () => {
  const card = authenticCard();
  const endorse = (over: Partial<permit.Endorsement> = {}, seed = seeds.terminal, trust: Partial<permit.TrustContext> = {}) =>
    permit.verifyEndorsement(signEndorsement({ ...endorsementPayload, ...over }, seed), card, context(trust));
  const slot = (over: Partial<permit.ServiceSlot> = {}, seed = seeds.terminal, kcwt = signDelegation()) =>
    permit.verifyServiceSlot(signSlot({ ...slotPayload, ...over }, seed, kcwt), card, context());
  test('authentic ones', () => {
    expect(endorse()).toMatchObject({ ok: true, object: endorsementPayload });
    expect(permit.verifyResidence(signResidence(), card, context())).toMatchObject({ ok: true, object: residencePayload });
    expect(slot()).toMatchObject({ ok: true, object: slotPayload, delegation: delegationPayload });
  });
  const other = permit.permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 2 });
  test.each<[string, () => Result, string]>([
    ['garbage', () => permit.verifyEndorsement(Uint8Array.of(9), card, context()), 'parse PAYLOAD_INVALID endorsement-malformed'],
    ['a residence as endorsement', () => permit.verifyEndorsement(signResidence(), card, context()), 'parse PAYLOAD_INVALID endorsement-malformed'],
    ['of another permit', () => endorse({ permitNumber: other }), 'binding DIGEST_MISMATCH endorsement-other-permit'],
    ['of another chip', () => endorse({ thumbprint: new Uint8Array(8) }), 'binding DIGEST_MISMATCH endorsement-other-chip'],
    ['by another key', () => endorse({}, seeds.other), 'signature SIGNATURE_INVALID endorsement-signature'],
    ['after the block', () => endorse({ signedAt: at('2026-04-01') }, seeds.terminal, { trust: block(), statusList: listWith([]) }), 'chain SIGNER_NOT_ENTITLED delegation-blocked'],
    ['before the block, card not confirmed', () => endorse({}, seeds.terminal, { trust: block() }), 'chain SIGNER_NOT_ENTITLED delegation-blocked'],
    ['before the block, card confirmed', () => endorse({}, seeds.terminal, { trust: block(), statusList: listWith([]) }), 'authentic'],
    [
      'a residence in another county',
      () => permit.verifyResidence(signResidence({ ...residencePayload, ...binding, division: '330304001001' }), card, context()),
      'chain SIGNER_NOT_ENTITLED delegation-area',
    ],
    ['a slot that is garbage', () => permit.verifyServiceSlot(Uint8Array.of(9), card, context()), 'parse PAYLOAD_INVALID services-malformed'],
    ['an endorsement as slot', () => permit.verifyServiceSlot(signEndorsement(), card, context()), 'parse PAYLOAD_INVALID services-malformed'],
    [
      "an endorsement's payload under the slot's typ",
      () => {
        const payload = permit.encodeEndorsement(endorsementPayload);
        return permit.verifyServiceSlot(signSign1({ typ: permit.permitTyp.serviceSlot, payload, kcwt: signDelegation(), seed: seeds.terminal }, crypto.ed25519), card, context());
      },
      'parse PAYLOAD_INVALID services-malformed',
    ],
    ['a slot of another permit', () => slot({ permitNumber: other }), 'binding DIGEST_MISMATCH services-other-permit'],
    ['a slot of another chip', () => slot({ thumbprint: new Uint8Array(8) }), 'binding DIGEST_MISMATCH services-other-chip'],
    ['a slot by another key', () => slot({}, seeds.other), 'signature SIGNATURE_INVALID services-signature'],
    [
      'a slot by one who may sign all but slots',
      () => slot({}, seeds.terminal, signDelegation({ ...delegationPayload, kinds: [1, 2, 3] })),
      'chain SIGNER_NOT_ENTITLED delegation-kind',
    ],
    [
      'a slot by one of another county',
      () => slot({}, seeds.terminal, signDelegation({ ...delegationPayload, prefixes: ['330304'] })),
      'chain SIGNER_NOT_ENTITLED delegation-area',
    ],
  ])('%s', (_name, run, expected) => expect(failure(run())).toBe(expected));
  test('every flipped bit of a slot is refused', () => {
    const whole = signSlot();
    for (let bit = 0; bit < whole.length * 8; bit += 5) {
      const flipped = whole.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(permit.verifyServiceSlot(flipped, card, context()).ok, `bit ${bit}`).toBe(false);
    }
  });
});
