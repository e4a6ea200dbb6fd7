import { randomBytes } from 'node:crypto';
import { CodedError, done, failed, type FailureCode, type Outcome, type Success } from '../contract/index.js';
import { sealingKeyPair, sameBytes } from '../cose/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import type { Outbox, PlatformKey } from '../outbox/index.js';
import { counties, dateInChina, verifyDelegation, verifyStatusListToken, verifyTrustList, type County, type TrustList } from '../permit/index.js';
import { enrol, PlatformClient, pullAll, pulledSetting, push, standing, type Pulled, type Pushed, type PushFailure, type Transport } from '../sync/index.js';
import { buildEnvironment, isEnrolled, saveIdentity, type KeyStoreChoice } from './identity.js';
import { inflate } from './pulled-trust.js';
import { openTerminal, type Terminal } from './terminal.js';

export interface SyncOptions {
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  readonly onProgress?: (acknowledged: number, pending: number) => void;
  /** days on which permits may be carried over, besides today: numbers of those years are pulled as well */
  readonly years?: readonly number[];
  /** six-digit divisions to hold numbers for; those of the certificate's area unless stated */
  readonly divisions?: readonly string[];
}

export interface Synced {
  readonly pushed: Pushed;
  readonly pulled: Pulled;
}

/** A clock further off than this from the platform's may not issue. */
const largestSkew = 600;

const transport = (baseUrl: string, { timeoutMs, fetch: own }: SyncOptions): Transport => ({ baseUrl, timeoutMs: timeoutMs ?? 15_000, fetch: own ?? fetch });

/** Role 3 of the trust list: who may sign receipts and times. */
export const platformKeysOf = (trust: TrustList | undefined): PlatformKey[] => (trust?.keys ?? []).filter((key) => key.role === 3).map(({ kid, publicKey, from, until }) => ({ kid, key: publicKey, from, until }));

/** Makes this terminal's keys and enrols it. TERMINAL_ALREADY_ENROLLED, ENROL_CODE_WRONG, ROOT_MISMATCH, SIGNATURE_INVALID … @throws CodedError of the network */
export const enrolTerminal = async (folder: string, baseUrl: string, code: string, name: string, options: SyncOptions & KeyStoreChoice & { readonly clock?: () => number } = {}): Promise<Outcome<{ terminal: string }>> => {
  if (isEnrolled(folder)) return failed('TERMINAL_ALREADY_ENROLLED');
  const box = sealingKeyPair();
  const seed = new Uint8Array(randomBytes(32));
  const enrolled = await enrol({ ...transport(baseUrl, options), code, name, seed, boxPublic: box.publicKey, crypto: nodeCrypto });
  if (!enrolled.ok) return enrolled;
  const { terminalId, root, trustList, platformSealing } = enrolled.value;
  const now = options.clock?.() ?? Math.floor(Date.now() / 1000);
  const verified = verifyTrustList(trustList, root, buildEnvironment, nodeCrypto, now);
  if (!verified.ok) return failed(verified.code, verified.reason);
  const deviceKey = new Uint8Array(randomBytes(32));
  const { keyStore, keyStoreDirectory } = options;
  saveIdentity(folder, { terminalId, name, baseUrl, environment: buildEnvironment, seed, boxSecret: box.secretKey, deviceKey, root, platformSealing }, { keyStore, keyStoreDirectory });
  const terminal = openTerminal(folder, { keyStore, keyStoreDirectory, ...(options.clock === undefined ? {} : { clock: options.clock }) });
  try {
    terminal.outbox.settings.put({ [pulledSetting.trust]: trustList });
  } finally {
    await terminal.close();
  }
  return done({ terminal: terminalId });
};

const refuse = (refusal: { readonly code: ConstructorParameters<typeof CodedError>[0]; readonly reason: string }): never => {
  throw new CodedError(refusal.code, refusal.reason);
};

const verifiersOf = (terminal: Terminal) => ({
  trustList: (bytes: Uint8Array) => {
    const { identity } = terminal;
    const held = terminal.trust.trustList();
    const verified = verifyTrustList(bytes, identity.root, identity.environment, nodeCrypto, Number.MAX_SAFE_INTEGER - 1_000);
    if (!verified.ok) return refuse(verified);
    // An older list would bring back a terminal that was blocked.
    if (held !== undefined && verified.trust.number < held.number) throw new CodedError('PLATFORM_ANSWER_INVALID', 'an older trust list');
    return undefined;
  },
  statusList: (bytes: Uint8Array) => {
    terminal.trust.reload();
    const trust = terminal.trust.trustList();
    if (trust === undefined) throw new CodedError('TRUST_MISSING');
    const held = terminal.trust.statusList();
    const verified = verifyStatusListToken(bytes, trust, nodeCrypto, inflate);
    if (!verified.ok) return refuse(verified);
    if (held !== undefined && verified.list.issuedAt < held.issuedAt) throw new CodedError('PLATFORM_ANSWER_INVALID', 'an older status list');
    return undefined;
  },
  delegation: (kcwt: Uint8Array) => {
    const trust = terminal.trust.trustList();
    if (trust === undefined) throw new CodedError('TRUST_MISSING');
    const verified = verifyDelegation(kcwt, trust, nodeCrypto);
    if (!verified.ok) return refuse(verified);
    const { delegation } = verified;
    if (!sameBytes(delegation.publicKey, nodeCrypto.ed25519.publicKey(terminal.identity.seed))) throw new CodedError('PLATFORM_ANSWER_INVALID', 'a certificate for another key');
    return { first: delegation.firstIndex, last: delegation.lastIndex, notBefore: delegation.notBefore, expires: delegation.expires };
  },
});

/** The terminal's requests, with what each signed time that comes back means for its clock. */
export const clientOf = (terminal: Terminal, options: SyncOptions = {}): PlatformClient => {
  const { identity, outbox, trust, clock } = terminal;
  return new PlatformClient({
    ...transport(identity.baseUrl, options),
    terminalId: identity.terminalId,
    seed: identity.seed,
    crypto: nodeCrypto,
    now: () => clock.now(),
    platformKeys: () => platformKeysOf(trust.trustList()),
    onServerTime: (time) => {
      outbox.boundTime(time);
      const wrong = Math.abs(clock.now() - time) > largestSkew;
      if ((outbox.settings.get('clock-wrong') === true) !== wrong) outbox.settings.put({ 'clock-wrong': wrong });
    },
  });
};

/** The setting that holds the epoch that the platform takes, when that is another one than ours. */
export const offeredEpochSetting = 'epoch-offered';

/** After these there is no use in asking the platform for anything. */
const silent: readonly FailureCode[] = ['TERMINAL_UNKNOWN', 'TERMINAL_BLOCKED', 'REQUEST_SIGNATURE', 'PLATFORM_BUSY'];

/** A question that gets no answer says nothing: the pulls that follow meet the same silence. */
const standsWhereSeen = async (client: PlatformClient, outbox: Outbox): Promise<Success<undefined> | PushFailure> => {
  try {
    return await standing(client, outbox);
  } catch (error) {
    if (error instanceof CodedError && error.code.startsWith('PLATFORM_')) return done(undefined);
    throw error;
  }
};

/**
 * Pushes what waits, then pulls. A push that is refused (a fork, a receipt that does not verify) does not keep back what a verdict needs: lists and settings
 * are pulled all the same, nothing is allotted, and the refusal is the outcome. Pulls that failed are listed in `pulled.failed`. @throws CodedError of the network, while pushing, and of storage
 */
export const syncTerminal = async (terminal: Terminal, options: SyncOptions = {}): Promise<Success<Synced> | PushFailure> => {
  const { identity, outbox, trust, clock } = terminal;
  const platformKeys = (): PlatformKey[] => platformKeysOf(trust.trustList());
  const client = clientOf(terminal, options);
  const now = (): number => clock.now();
  const since = outbox.counts().acknowledged;
  const pushed = await push({ client, outbox, crypto: nodeCrypto, seed: identity.seed, now, platformKeys, ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }) });
  const stands = pushed.ok ? await standsWhereSeen(client, outbox) : pushed;
  if (!stands.ok && stands.code === 'SYNC_EPOCH') outbox.settings.put({ [offeredEpochSetting]: stands.epoch });
  if (!stands.ok && silent.includes(stands.code)) return stands;
  const today = dateInChina(clock.now());
  const years = [...new Set([Number(today.slice(0, 4)), ...(options.years ?? [])])];
  const numbers = () => (options.divisions ?? coveredDivisions(terminal, years)).flatMap((division) => years.flatMap((year) => kindsOf(year).map((kind) => ({ division, year, kind }))));
  const pulled = await pullAll({ client, outbox, boxSecret: identity.boxSecret, crypto: nodeCrypto, platformKeys, now, since, listsOnly: !stands.ok, verifiers: verifiersOf(terminal), numbers, terminalId: identity.terminalId, today: () => dateInChina(clock.now()) });
  await terminal.pulled();
  if (!pushed.ok) return pushed;
  return stands.ok ? done({ pushed: pushed.value, pulled }) : stands;
};

/** Temporary permits ended with the rules of 2016. */
const kindsOf = (year: number): (1 | 2)[] => (year < 2016 ? [1, 2] : [1]);

/** The counties that this terminal's certificate covers, those of the asked years that are closed by now included. */
const coveredDivisions = (terminal: Terminal, years: readonly number[]): string[] => {
  const trust = terminal.trust.trustList();
  const kcwt = terminal.outbox.numbers.delegations()[0]?.kcwt;
  if (trust === undefined || kcwt === undefined) return [];
  const verified = verifyDelegation(kcwt, trust, nodeCrypto);
  if (!verified.ok) return [];
  const inForce = (county: County): boolean => years.some((year) => (county.from === undefined || county.from <= `${year}-12-31`) && (county.until === undefined || county.until >= `${year}-01-01`));
  return counties.filter((county) => inForce(county) && verified.delegation.prefixes.some((prefix) => county.code.startsWith(prefix))).map((county) => county.code);
};
