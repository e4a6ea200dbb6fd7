import { mkdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../contract/index.js';
import type { CryptoPort } from '../cose/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { boxesOf, type Boxes } from './boxes.js';
import { currentDelegation } from './delegation.js';
import { Gate } from './gate.js';
import { Intake } from './intake/intake.js';
import { prepareRecord, thumbprintOf, type PrepareContext } from './intake/prepare.js';
import { rememberingCrypto } from './intake/remembering-crypto.js';
import { createKeys, openKeys, type Environment, type NewKeys, type PlatformKeys } from './keys/index.js';
import { defaultSettings, type Settings } from './settings.js';
import { deflateStatuses, signStatusList } from './status-list.js';
import { openSqliteStorage } from './storage/sqlite-storage.js';
import type { Delegation, Storage, Terminal } from './storage/ports.js';
import { currentTrust, type CurrentTrust } from './trust.js';

/** Seconds since 1970 UTC. */
export type Clock = () => number;
export const systemClock: Clock = () => Math.floor(Date.now() / 1000);

export interface PlatformOptions {
  readonly clock?: Clock;
  readonly settings?: Partial<Settings>;
}

/** A signed object with the tag under which HTTP may cache it. */
export interface Tagged {
  readonly token: Uint8Array;
  readonly etag: string;
}

const keysPath = (dir: string): string => join(dir, 'keys.json');
const databasePath = (dir: string): string => join(dir, 'platform.db');

/** An open platform: its keys, its storage and the work that needs both. One process may hold one; several processes may share a folder. */
export class Platform {
  readonly boxes: Boxes;
  readonly intake: Intake;
  readonly #crypto: CryptoPort;
  readonly #signing = new Gate();
  #statusList: { version: number; issuedAt: number; token: Uint8Array } | undefined;
  #deflated: { version: number; deflated: Uint8Array } | undefined;

  constructor(
    readonly keys: PlatformKeys,
    readonly storage: Storage,
    readonly settings: Settings,
    readonly clock: Clock,
    private readonly opening: { context: PrepareContext },
  ) {
    this.boxes = boxesOf(keys.dataKey);
    this.#crypto = rememberingCrypto(keys.issuer.publicKey);
    this.intake = new Intake(storage.records);
  }

  /** The trust list in force, signed anew when it must be. */
  trust(): Promise<CurrentTrust> {
    return this.#signing.run(() => currentTrust(this.keys, this.storage, this.settings, this.clock()));
  }

  delegation(terminal: Terminal): Promise<Delegation> {
    return this.#signing.run(() => currentDelegation(this.keys, this.storage, this.settings, terminal, this.clock()));
  }

  /** The Status List Token: kept until a status changes or it is an hour old. */
  statusList(): Promise<Tagged> {
    return this.#signing.run(async () => {
      const now = this.clock();
      const version = await this.storage.permits.statusVersion();
      const held = this.#statusList;
      const young = held !== undefined && held.issuedAt <= now && now - held.issuedAt < this.settings.statusListRenewal;
      const list = young && held.version === version ? held : await this.#signStatusList(now);
      return { token: list.token, etag: `"s${list.version}-${list.issuedAt}"` };
    });
  }

  async #signStatusList(now: number): Promise<{ version: number; issuedAt: number; token: Uint8Array }> {
    const snapshot = await this.storage.permits.statusSnapshot();
    if (this.#deflated?.version !== snapshot.version) this.#deflated = { version: snapshot.version, deflated: await deflateStatuses(snapshot.packed) };
    const { statusListUri: uri, statusListSeconds, statusListTtl: ttl } = this.settings;
    const token = signStatusList(this.#deflated.deflated, { uri, issuedAt: now, expires: now + statusListSeconds, ttl }, this.keys.statusList);
    this.#statusList = { version: snapshot.version, issuedAt: now, token };
    return this.#statusList;
  }

  async prepareContext(): Promise<PrepareContext> {
    const { trust } = await this.trust();
    this.opening.context = { keys: this.keys, boxes: this.boxes, trust, crypto: this.#crypto, now: this.clock() };
    return this.opening.context;
  }

  /** Waits for work in hand, then closes the database and the keys. */
  async close(): Promise<void> {
    await this.#signing.run(() => undefined);
    await this.storage.close();
    this.keys.close();
  }
}

export interface InitOptions extends PlatformOptions {
  readonly environment: Environment;
  readonly name: string;
  /** leading digits of the divisions that the issuer may delegate; Wenzhou unless stated */
  readonly prefixes?: readonly string[];
  /** the PKCS#11 token that is to hold the keys cards and terminals trust; a file unless stated */
  readonly pkcs11?: NewKeys['pkcs11'] | undefined;
}

/** A test root may sign for any day since the first rules (2009), so that both rule sets can be shown; a production root begins today. */
const firstRules = Date.UTC(2009, 0, 1) / 1000;
const twentyYears = 20 * 365 * 86_400;

/** Makes keys and database in `dir` and opens it. Throws CodedError INPUT_INVALID when the folder already holds a platform, HSM_UNAVAILABLE. */
export const initPlatform = async (dir: string, options: InitOptions): Promise<Platform> => {
  const now = (options.clock ?? systemClock)();
  if (existsSync(keysPath(dir))) throw new CodedError('INPUT_INVALID', 'already initialised');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await createKeys(keysPath(dir), {
    environment: options.environment,
    name: options.name,
    issuerPrefixes: options.prefixes ?? ['3303'],
    validFrom: options.environment === 'test' ? Math.min(firstRules, now) : now,
    validUntil: now + twentyYears,
    pkcs11: options.pkcs11,
  });
  return openPlatform(dir, options);
};

/** Before the first push: nothing verifies under it. */
const emptyTrust = { number: 0, environment: 1, issuedAt: 0, nextUpdate: 0, keys: [], blocked: [] } as const;

/** Opens the platform of a folder. Throws CodedError NOT_INITIALISED, HSM_UNAVAILABLE, STORAGE_*. */
export const openPlatform = async (dir: string, options: PlatformOptions = {}): Promise<Platform> => {
  const keys = await openKeys(keysPath(dir));
  const boxes = boxesOf(keys.dataKey);
  const clock = options.clock ?? systemClock;
  // Records that waited are verified again inside the transaction that brings their card: under the trust list and the time of the push that brought it.
  const opening: { context: PrepareContext } = { context: { keys, boxes, trust: emptyTrust, crypto: nodeCrypto, now: clock() } };
  const storage = await openSqliteStorage(databasePath(dir), {
    reopen: (record, origin) => prepareRecord(record, origin, opening.context),
    thumbprintOf: (capture) => thumbprintOf(capture, boxes, nodeCrypto),
  }).catch((error: unknown) => {
    keys.close();
    throw error;
  });
  return new Platform(keys, storage, { ...defaultSettings, ...options.settings }, clock, opening);
};
