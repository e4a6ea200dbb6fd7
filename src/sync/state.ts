import { CodedError } from '../contract/index.js';
import type { PlatformKey, Settings, SettingsView } from '../outbox/index.js';

/** The clock judged by the last time that the platform signed. Seconds; `skew` is platform minus this machine. */
export interface ClockState {
  readonly serverTime: number;
  readonly judgedAt: number;
  readonly skew: number;
  readonly wrong: boolean;
}

/** Beyond this many seconds a clock is wrong, and issuing pauses (CLOCK_WRONG). */
export const tolerableSkew = 600;

const keysOf = (value: unknown): PlatformKey[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new CodedError('STORAGE_CORRUPT', 'platform keys');
  return (value as unknown[]).map((entry) => {
    const [kid, key, from, until]: unknown[] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (!(kid instanceof Uint8Array) || !(key instanceof Uint8Array) || typeof from !== 'number' || typeof until !== 'number') {
      throw new CodedError('STORAGE_CORRUPT', 'platform keys');
    }
    return { kid, key, from, until };
  });
};

/** What the last sync brought and verified, for those who only look. */
export class PulledView {
  readonly #settings: SettingsView;

  constructor(settings: SettingsView) {
    this.#settings = settings;
  }
  /** COSE_Sign1 of the trust list in force */
  trustList(): Uint8Array | undefined {
    return this.bytes('trust');
  }
  platformKeys(): PlatformKey[] {
    return keysOf(this.#settings.get('platform-keys'));
  }
  /** the status list token in force */
  statusList(): Uint8Array | undefined {
    return this.bytes('status-list');
  }
  codeTables(): { readonly version: number; readonly tables: Map<unknown, unknown> } | undefined {
    const value = this.#settings.get('code-tables');
    if (!Array.isArray(value)) return undefined;
    const [version, tables]: unknown[] = value as unknown[];
    return typeof version === 'number' && tables instanceof Map ? { version, tables } : undefined;
  }
  clock(): ClockState | undefined {
    const value = this.#settings.get('clock');
    if (!Array.isArray(value)) return undefined;
    const [serverTime, judgedAt, wrong]: unknown[] = value as unknown[];
    if (typeof serverTime !== 'number' || typeof judgedAt !== 'number' || typeof wrong !== 'boolean') return undefined;
    return { serverTime, judgedAt, skew: serverTime - judgedAt, wrong };
  }
  etag(name: string): string | undefined {
    const value = this.#settings.get(`${name}.etag`);
    return typeof value === 'string' ? value : undefined;
  }
  /** A number kept beside what was pulled (of the trust list, of the status list's issue): it must not fall. */
  mark(name: string): number {
    const value = this.#settings.get(`${name}.mark`);
    return typeof value === 'number' ? value : 0;
  }
  protected bytes(key: string): Uint8Array | undefined {
    const value = this.#settings.get(key);
    return value instanceof Uint8Array ? value : undefined;
  }
}

/** The same with the writing half; each method is one transaction. */
export class Pulled extends PulledView {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    super(settings);
    this.#settings = settings;
  }
  setTrust(bytes: Uint8Array, etag: string | undefined, number: number, keys: readonly PlatformKey[]): void {
    const platformKeys = keys.map(({ kid, key, from, until }) => [kid, key, from, until]);
    this.#settings.put({ trust: bytes, 'trust.etag': etag, 'trust.mark': number, 'platform-keys': platformKeys });
  }
  setStatusList(bytes: Uint8Array, etag: string | undefined, issuedAt: number): void {
    this.#settings.put({ 'status-list': bytes, 'status-list.etag': etag, 'status-list.mark': issuedAt });
  }
  setCodeTables(version: number, tables: Map<unknown, unknown>): void {
    this.#settings.put({ 'code-tables': [version, tables] });
  }
  setClock(serverTime: number, judgedAt: number): void {
    this.#settings.put({ clock: [serverTime, judgedAt, Math.abs(serverTime - judgedAt) > tolerableSkew] });
  }
}
