import { beforeAll, describe, expect, it } from 'vitest';
import { parseSign1, signSign1, tweetnaclEngine, verifyEd25519, type Ed25519Engine } from '../../src/cose/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { decodeSod, encodeSod, encodeTrustList, parseSigned, passiveAuthentication, permitTyp, verifyTrustList, type TrustList } from '../../src/permit/index.js';
import { CardInReader, MemoryTerminal, lastIndex, noon } from '../workflows/fixtures.js';
import { hall, verdict } from './bench.js';
import { delegation, fileOf, kidOf, malleated, publicOf, replaced, resigned, seeds, signedBytes, withFiles } from './forgery.js';

/**
 * A forger with blank cards and keys of his own, or a clerk with a genuine key beyond what it may sign.
 *
 * | the signature is | is refused as |
 * |---|---|
 * | of an issuer of his own, under its own or the real name | issuer-unknown, delegation-signature |
 * | the real one made into another by arithmetic, or of a key for which everything verifies | sod-signature, delegation-malformed or delegation-signature |
 * | of a genuine key for what it may not sign | delegation-kind, -area, -window, -index, issuer-window, issuer-area |
 * | of a genuine key, and the platform does not know the card | unconfirmed not-confirmed |
 * | a trust list of a root of his own, or of the tests | root-unknown, trust-list-signature, trust-environment |
 */
let image: CardImage;
let index: number;
beforeAll(async () => {
  const { cards } = await hall();
  image = cards[0]!.reader.card.image();
  index = cards[0]!.value.statusIndex;
});
const sod = (): Uint8Array => fileOf(image, 'sod');
const day = 86_400;
const judged = (bytes: Uint8Array, terminal = new MemoryTerminal()): Promise<string> => verdict(terminal, new CardInReader(withFiles(image, { sod: bytes })).insert());
/** The SOD signed anew under another certificate, whose key is `seed`'s. */
const under = (kcwt: Uint8Array, seed: Uint8Array = seeds.terminal): Promise<string> => judged(resigned(sod(), { kcwt, seed }));

it('the same SOD signed anew by who may is valid', async () => {
  expect(await under(delegation())).toBe('valid');
});

describe('an issuer of the forger', () => {
  it.each<readonly [string, () => Promise<string>, string]>([
    ['under its own name', () => under(delegation({ publicKey: publicOf(seeds.forger) }, seeds.forger), seeds.forger), 'forged issuer-unknown'],
    ['under the name of the real one', () => under(delegation({ publicKey: publicOf(seeds.forger) }, seeds.forger, kidOf(seeds.issuer)), seeds.forger), 'forged delegation-signature'],
    ['none: the real certificate and another key', () => under(delegation(), seeds.forger), 'forged sod-signature'],
    ['a terminal that plays the issuer', () => under(delegation({ publicKey: publicOf(seeds.forger) }, seeds.terminal), seeds.forger), 'forged issuer-unknown'],
    ['no certificate at all', () => judged(signSign1({ typ: permitTyp.sod, payload: parseSign1(sod()).payload, seed: seeds.terminal }, nodeCrypto.ed25519)), 'forged delegation-missing'],
  ])('%s', async (_, attack, expected) => {
    expect(await attack()).toBe(expected);
  });

  it('with a trust list of his own', () => {
    const root = new Uint8Array(32).fill(1);
    const list = (seed: Uint8Array, environment: 1 | 2 = 1, kid = kidOf(seed)): Uint8Array => {
      const payload: TrustList = { ...new MemoryTerminal().trustList(), environment };
      return signSign1({ typ: permitTyp.trustList, kid, payload: encodeTrustList(payload), seed }, nodeCrypto.ed25519);
    };
    const verify = (bytes: Uint8Array, build: 1 | 2 = 1): string => {
      const result = verifyTrustList(bytes, publicOf(root), build, nodeCrypto, noon);
      return result.ok ? 'trusted' : `${result.code} ${result.reason}`;
    };
    expect(verify(list(root))).toBe('trusted');
    expect(verify(list(seeds.forger))).toBe('SIGNER_UNKNOWN root-unknown');
    expect(verify(list(seeds.forger, 1, kidOf(root)))).toBe('SIGNATURE_INVALID trust-list-signature');
    expect([verify(list(root, 1), 2), verify(list(root, 2), 1)]).toEqual(Array(2).fill('TRUST_ENVIRONMENT trust-environment'));
  });
});

describe('arithmetic', () => {
  const identity = Uint8Array.from([1, ...new Uint8Array(31)]);
  const minusOne = Uint8Array.from([0xec, ...new Uint8Array(30).fill(0xff), 0x7f]);
  /** y = p + 1, which reads as 1. */
  const notCanonical = Uint8Array.from([0xee, ...new Uint8Array(30).fill(0xff), 0x7f]);
  const underTweetnacl = (bytes: Uint8Array): string => {
    const files = { sod: bytes, permit: fileOf(image, 'permit') };
    const authentic = passiveAuthentication({ trust: new MemoryTerminal().trustList(), crypto: { ...nodeCrypto, ed25519: tweetnaclEngine }, now: noon, files });
    return authentic.ok ? 'authentic' : authentic.reason;
  };
  const withR = (r: Uint8Array): ((signature: Uint8Array) => Uint8Array) => (signature) => Uint8Array.from([...r, ...signature.slice(32)]);

  it('S + L: an engine would believe it; SOD and certificate are refused', async () => {
    const parsed = parseSign1(sod());
    const certificate = parseSign1(parsed.kcwt!, { tagged: false });
    expect(tweetnaclEngine.verify(publicOf(seeds.terminal), signedBytes(parsed), malleated(parsed.signature))).toBe(true);
    for (const [signature, step] of [[parsed.signature, 'sod-signature'], [certificate.signature, 'delegation-signature']] as const) {
      const bent = replaced(sod(), signature, malleated(signature));
      expect(await judged(bent)).toBe(`forged ${step}`);
      // Under the engine that does not look for itself, too.
      expect(underTweetnacl(sod())).toBe('authentic');
      expect(underTweetnacl(bent)).toBe(step);
    }
  });

  it.each([
    ['of small order: 1', identity],
    ['of small order: -1', minusOne],
    ['not canonical', notCanonical],
    ['nothing', new Uint8Array(32)],
  ])('R %s', async (_, r) => {
    const parsed = parseSign1(sod());
    const certificate = parseSign1(parsed.kcwt!, { tagged: false });
    expect(await judged(replaced(sod(), parsed.signature, withR(r)(parsed.signature)))).toBe('forged sod-signature');
    expect(await judged(replaced(sod(), certificate.signature, withR(r)(certificate.signature)))).toBe('forged delegation-signature');
  });

  it.each([
    ['of small order: 1', identity],
    ['not canonical', notCanonical],
  ])('a delegated key %s, for which anything would verify', async (_, weak) => {
    // An issuer that does not look certifies the key; its "signature" is R = B, S = 1, over any message.
    const forged = Uint8Array.from([0x58, ...new Uint8Array(31).fill(0x66), 1, ...new Uint8Array(31)]);
    const plain = delegation();
    const payload = Buffer.from(parseSign1(plain, { tagged: false }).payload);
    payload.set(weak, payload.indexOf(publicOf(seeds.terminal)));
    const kcwt = signSign1({ typ: permitTyp.delegation, kid: kidOf(seeds.issuer), payload: new Uint8Array(payload), seed: seeds.issuer, tagged: false }, nodeCrypto.ed25519);
    const object = resigned(sod(), { kcwt });
    const parsed = parseSign1(object);
    if (weak === identity) {
      for (const engine of [nodeCrypto.ed25519, tweetnaclEngine] satisfies Ed25519Engine[]) expect(engine.verify(weak, signedBytes(parsed), forged)).toBe(true);
      expect(verifyEd25519(nodeCrypto.ed25519, weak, signedBytes(parsed), forged)).toBe(false);
    }
    expect(await judged(replaced(object, parsed.signature, forged))).toBe('forged sod-signature');
    expect(underTweetnacl(replaced(object, parsed.signature, forged))).toBe('sod-signature');
  });

  it('another encoding of the same object', async () => {
    const bytes = sod();
    expect(bytes[0]).toBe(0xd2);
    // Tag 18 in two bytes instead of one; a byte behind the end.
    expect(await judged(Uint8Array.from([0xd8, 18, ...bytes.slice(1)]))).toBe('forged sod-malformed');
    expect(await judged(Uint8Array.from([...bytes, 0]))).toBe('forged sod-malformed');
  });

  it('another kind of object under the same key', async () => {
    const payload = parseSign1(sod()).payload;
    expect(await judged(signSign1({ typ: permitTyp.residence, payload, kcwt: delegation(), seed: seeds.terminal }, nodeCrypto.ed25519))).toBe('forged sod-malformed');
  });
});

describe('a genuine key beyond what it may sign', () => {
  it.each<readonly [string, () => Promise<string>, string]>([
    ['another kind of object', () => under(delegation({ kinds: [2, 3, 4] })), 'forged delegation-kind'],
    ['another area', () => under(delegation({ prefixes: ['330382'] })), 'forged delegation-area'],
    ['before its days', () => under(delegation({ notBefore: noon + day })), 'forged delegation-window'],
    ['after its days', () => under(delegation({ notBefore: noon - 9 * day, expires: noon - day })), 'forged delegation-window'],
    ['an index below its block', () => under(delegation({ firstIndex: index + 1 })), 'forged delegation-index'],
    ['an index above its block', () => under(delegation({ lastIndex: index - 1 })), 'forged delegation-index'],
    ['an issuer before it was one', () => under(delegation({ notBefore: noon - 9_001 * day })), 'forged issuer-window'],
    ['an index of its block that the card does not carry', () => {
      const claims = decodeSod(parseSigned(sod(), permitTyp.sod).payload);
      return judged(resigned(sod(), { payload: encodeSod({ ...claims, statusList: { ...claims.statusList, index: lastIndex } }) }));
    }, 'forged index-differs'],
  ])('%s', async (_, attack, expected) => {
    expect(await attack()).toBe(expected);
  });

  it('an issuer of one county that delegates for another', () => {
    const terminal = new MemoryTerminal();
    const trust = terminal.trustList();
    const narrow = { ...trust, keys: trust.keys.map((key) => ({ ...key, prefixes: ['330382'] })) };
    const files = { sod: sod(), permit: fileOf(image, 'permit') };
    expect(passiveAuthentication({ trust, crypto: nodeCrypto, now: noon, files })).toMatchObject({ ok: true });
    expect(passiveAuthentication({ trust: narrow, crypto: nodeCrypto, now: noon, files })).toMatchObject({ ok: false, reason: 'issuer-area' });
  });

  it('signed tomorrow: nothing is said until tomorrow', async () => {
    const early = new MemoryTerminal();
    early.now = noon - day;
    early.statusListIssuedAt = early.now - 3600;
    expect(await judged(sod(), early)).toBe('undetermined signed-in-future');
  });

  it('a card that the platform has not confirmed is not valid, and nobody writes on it', async () => {
    const terminal = new MemoryTerminal();
    terminal.statuses.set(index, 3);
    expect(await judged(sod(), terminal)).toBe('unconfirmed not-confirmed');
    terminal.statuses.set(index, 0);
    expect(await judged(sod(), terminal)).toBe('valid');
  });

  it('a status list of another address says nothing about the card', async () => {
    const claims = decodeSod(parseSigned(sod(), permitTyp.sod).payload);
    const elsewhere = encodeSod({ ...claims, statusList: { ...claims.statusList, uri: 'https://forger.invalid/status/1' } });
    expect(await judged(resigned(sod(), { payload: elsewhere }))).toBe('undetermined status-list-missing');
  });
});
