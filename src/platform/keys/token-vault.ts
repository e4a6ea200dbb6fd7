import { CodedError } from '../../contract/index.js';
import { sha256 } from '../../node-crypto/index.js';
import { classes, keyTypeAes, loadModule, mechanisms, type Attributes, type Handle, type Session } from './cryptoki.js';
import type { TokenPlace } from './key-file.js';
import type { EcKey, KeyVault, SigningKey } from './port.js';
import { namedKey } from './software-keys.js';
import { Token } from './token.js';

/** The labels of the keys, behind the prefix of the platform. */
const names = { root: 'root', issuer: 'issuer', cvca: 'cvca', documentVerifier: 'document-verifier', cardMaster: 'card-master' } as const;

/** id-Ed25519 (RFC 8410 3) and secp256r1 (RFC 5480 2.1.1.1), DER. */
const ed25519Params = Uint8Array.from([0x06, 0x03, 0x2b, 0x65, 0x70]);
const p256Params = Uint8Array.from([0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);

/** A CKA_EC_POINT of `length` bytes: an OCTET STRING around the point (PKCS#11 2.40), or the point itself, as some modules have it. */
const pointOf = (encoded: Uint8Array, length: number): Uint8Array => {
  const framed = encoded.length === length + 2 && encoded[0] === 0x04 && encoded[1] === length;
  const point = framed ? encoded.slice(2) : encoded;
  if (point.length !== length || (length === 65 && point[0] !== 0x04)) throw new CodedError('HSM_UNAVAILABLE', 'a public key of another form');
  return point;
};

const edKey = (token: Token, label: string): SigningKey => {
  token.demand('privateKey', label);
  return namedKey(pointOf(token.point(label), 32), (message) => token.sign(mechanisms.eddsa, 'privateKey', label, message, 64));
};

const ecKey = (token: Token, label: string): EcKey => {
  token.demand('privateKey', label);
  return { publicKey: pointOf(token.point(label), 65), sign: (message) => token.sign(mechanisms.ecdsa, 'privateKey', label, sha256(message), 64) };
};

/** Of the CVCA's keys after the first: `cvca-2` and so on. */
const laterCvca = (prefix: string, generation: number): string => `${prefix}${names.cvca}-${generation}`;

const vaultOf = (token: Token, prefix: string, makeCvca: KeyVault['makeCvca']): KeyVault => {
  const label = (name: keyof typeof names): string => prefix + names[name];
  token.demand('secretKey', label('cardMaster'));
  const cvca = ecKey(token, label('cvca'));
  return {
    root: edKey(token, label('root')),
    issuer: edKey(token, label('issuer')),
    cvca,
    cvcaOf: (generation) => (generation === 1 ? cvca : ecKey(token, laterCvca(prefix, generation))),
    makeCvca,
    documentVerifier: ecKey(token, label('documentVerifier')),
    cardMaster: { cmac: (message) => token.sign(mechanisms.aesCmac, 'secretKey', label('cardMaster'), message, 16) },
    close: () => token.close(),
  };
};

/** Sensitive, not extractable, and for signing alone: defaults differ from module to module. */
const confined: Attributes = { token: true, private: true, sensitive: true, extractable: false, sign: true, decrypt: false, unwrap: false };

const makePair = (session: Session, mechanism: number, ecParams: Uint8Array, label: string): Handle[] =>
  session.generatePair(mechanism, { token: true, private: false, verify: true, label, ecParams }, { ...confined, derive: false, label });

const makeKeys = (session: Session, prefix: string, made: Handle[]): void => {
  const pair = (mechanism: number, ecParams: Uint8Array, name: keyof typeof names): void => void made.push(...makePair(session, mechanism, ecParams, prefix + names[name]));
  pair(mechanisms.generateEdwards, ed25519Params, 'root');
  pair(mechanisms.generateEdwards, ed25519Params, 'issuer');
  pair(mechanisms.generateEc, p256Params, 'cvca');
  pair(mechanisms.generateEc, p256Params, 'documentVerifier');
  const secret: Attributes = { ...confined, class: classes.secretKey, keyType: keyTypeAes, valueLength: 16, encrypt: false, wrap: false, verify: false, derive: false };
  made.push(session.generate(mechanisms.generateAes, { ...secret, label: prefix + names.cardMaster }));
};

const trial = new TextEncoder().encode('residence-card: trial of a new key');

/** Each key once: a module that can make a key but not use it is told of now, not at the first card. */
const tryOut = ({ root, issuer, cvca, documentVerifier, cardMaster }: KeyVault): void => {
  for (const key of [root, issuer, cvca, documentVerifier]) key.sign(trial);
  cardMaster.cmac(trial);
};

const opened = async (place: TokenPlace, pin: string, options: { readonly readWrite: boolean }): Promise<Token> => {
  const module = await loadModule(place.module);
  try {
    return new Token(module, place.token, pin, options);
  } catch (error) {
    module.release();
    throw error;
  }
};

/** Makes a CVCA's key after the first and tries it, in a session of its own that may write; a key that is there already stays. */
const makeTokenCvca = async (place: TokenPlace, pin: string, generation: number): Promise<void> => {
  const token = await opened(place, pin, { readWrite: true });
  const label = laterCvca(place.keyPrefix, generation);
  const made: Handle[] = [];
  try {
    if (!token.has({ label })) token.once((session) => made.push(...makePair(session, mechanisms.generateEc, p256Params, label)));
    ecKey(token, label).sign(trial);
  } catch (error) {
    for (const handle of made) token.tryDestroy(handle);
    throw error;
  } finally {
    token.close();
  }
};

/** Opens the keys in the token. Throws CodedError HSM_UNAVAILABLE. */
export const openTokenVault = async (place: TokenPlace, pin: string): Promise<KeyVault> => {
  const token = await opened(place, pin, { readWrite: false });
  try {
    return vaultOf(token, place.keyPrefix, async (generation) => {
      if (generation > 1) await makeTokenCvca(place, pin, generation);
      return ecKey(token, generation === 1 ? place.keyPrefix + names.cvca : laterCvca(place.keyPrefix, generation));
    });
  } catch (error) {
    token.close();
    throw error;
  }
};

/** Makes the keys in the token and tries each; `record` writes down where they are. When anything of this fails, the token is left as it was. */
export const createTokenKeys = async (place: TokenPlace, pin: string, record: () => void): Promise<void> => {
  const token = await opened(place, pin, { readWrite: true });
  const made: Handle[] = [];
  try {
    if (Object.values(names).some((name) => token.has({ label: place.keyPrefix + name }))) throw new CodedError('INPUT_INVALID', 'the token holds keys of this prefix');
    // In one session and without a second try: a key that was made is made once.
    token.once((session) => makeKeys(session, place.keyPrefix, made));
    tryOut(vaultOf(token, place.keyPrefix, () => Promise.reject(new Error('a platform that is being made rolls nothing over'))));
    record();
  } catch (error) {
    for (const handle of made) token.tryDestroy(handle);
    throw error;
  } finally {
    token.close();
  }
};
