import { signSign1With } from '../cose/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { decodeTrustList, encodeTrustList, permitTyp, verifyTrustList, type TrustedKey, type TrustedRole, type TrustList } from '../permit/index.js';
import type { PlatformKeys, SigningKey } from './keys/index.js';
import type { SignedList, Storage } from './storage/ports.js';
import type { Settings } from './settings.js';

const environmentNumber = { test: 1, production: 2 } as const;

const trustedKeys = (keys: PlatformKeys): TrustedKey[] => {
  const trusted = (role: TrustedRole, key: SigningKey, prefixes?: readonly string[]): TrustedKey => ({
    kid: key.kid,
    role,
    publicKey: key.publicKey,
    from: keys.validFrom,
    until: keys.validUntil,
    ...(prefixes === undefined ? {} : { prefixes }),
  });
  return [trusted(1, keys.issuer, keys.issuer.prefixes), trusted(2, keys.statusList), trusted(3, keys.platform)];
};

const signTrustList = (keys: PlatformKeys, list: TrustList): Uint8Array =>
  signSign1With({ typ: permitTyp.trustList, kid: keys.root.kid, payload: encodeTrustList(list) }, (toBeSigned) => keys.root.sign(toBeSigned));

const sameContents = (a: TrustList, b: TrustList): boolean => {
  const stripped = (list: TrustList): string => Buffer.from(encodeTrustList({ ...list, number: 0, issuedAt: 0, nextUpdate: 0 })).toString('hex');
  return stripped(a) === stripped(b);
};

export interface CurrentTrust extends SignedList {
  readonly trust: TrustList;
}

/** The trust list in force: the stored one while its contents are right and it is young, else a new one with the next number. */
export const currentTrust = async (keys: PlatformKeys, storage: Storage, settings: Settings, now: number): Promise<CurrentTrust> => {
  const stored = await storage.trust.newestTrustList();
  const wanted: TrustList = {
    number: (stored?.number ?? 0) + 1,
    environment: environmentNumber[keys.environment],
    issuedAt: now,
    nextUpdate: now + settings.trustListSeconds,
    keys: trustedKeys(keys),
    blocked: (await storage.trust.blockedDelegations()).map(({ terminal, cti, since }) => ({ terminal, id: cti, since })),
  };
  if (stored !== undefined && stored.issuedAt <= now && now - stored.issuedAt < settings.trustListRenewal) {
    const verified = verifyTrustList(stored.token, keys.root.publicKey, wanted.environment, nodeCrypto, now);
    if (verified.ok && sameContents(verified.trust, wanted)) return { ...stored, trust: verified.trust };
  }
  const token = signTrustList(keys, wanted);
  const made = { number: wanted.number, issuedAt: now, validUntil: wanted.nextUpdate, token };
  await storage.trust.addTrustList(made);
  return { ...made, trust: decodeTrustList(encodeTrustList(wanted)) };
};
