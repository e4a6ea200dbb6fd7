import {
  configContents, defaultRules, storedConfig as stored, syncTyp,
  type ConfigName, type Notice, type OperatorEntry, type TerminalRules,
} from '../contract/index.js';
import { openSealed } from '../cose/index.js';
import type { Outbox, SettingsView } from '../outbox/index.js';
import { isNumberIndex } from './number-index.js';
import type { PlatformClient } from './platform-client.js';
import { decoded, invalid, signedMap, type PlatformTrust } from './signed-map.js';

/** Contents of `wz-config` by name (sync.md 5.1), operators opened. */
export interface ConfigContents {
  readonly rules: TerminalRules;
  readonly operators: readonly OperatorEntry[];
  readonly catalogue: readonly Readonly<Record<string, unknown>>[];
  readonly notices: readonly Notice[];
  /** 13 bytes a card */
  readonly 'number-index': Uint8Array;
}

/** A pulled setting as it lies in the outbox. Times in seconds since 1970 UTC; `pulledAt`: when the platform last said that it is in force. */
export interface StoredConfig<N extends ConfigName> {
  readonly version: number;
  readonly issuedAt: number;
  readonly contents: ConfigContents[N];
  readonly pulledAt: number;
}

/** Name of a pulled setting in the outbox. */
export const configSetting = (name: ConfigName): string => `config/${name}`;

const shapeOf = <N extends ConfigName>(name: N): { safeParse(value: unknown): { success: true; data: ConfigContents[N] } | { success: false } } => ({
  safeParse: (value) => {
    const parsed = configContents[name].safeParse(value);
    const sound = parsed.success && (name !== 'number-index' || (parsed.data instanceof Uint8Array && isNumberIndex(parsed.data)));
    // The contract's table has this shape under this name.
    return sound ? { success: true, data: parsed.data as ConfigContents[N] } : { success: false };
  },
});

/** Maps with text keys as objects, all the way down: what comes out of CBOR, as the contract writes its shapes. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const entries = [...(value as Map<unknown, unknown>)];
  // A key that is no text would fall together with its text; left as a map no shape takes it.
  if (!entries.every((entry): entry is [string, unknown] => typeof entry[0] === 'string')) return value;
  return Object.fromEntries(entries.map(([key, member]) => [key, plain(member)]));
};

/** What was last pulled under this name; undefined: never. What does not have the contract's shape counts as never pulled (an update may have changed it). */
export const storedConfig = <N extends ConfigName>(outbox: { readonly settings: SettingsView }, name: N): StoredConfig<N> | undefined => {
  const found = stored.safeParse(plain(outbox.settings.get(configSetting(name))));
  if (!found.success) return undefined;
  const contents = shapeOf(name).safeParse(found.data.contents);
  return contents.success ? { ...found.data, contents: contents.data } : undefined;
};

/** The city's rules in force at this terminal: those pulled, until then the contract's. */
export const terminalRules = (outbox: { readonly settings: SettingsView }): TerminalRules => storedConfig(outbox, 'rules')?.contents ?? defaultRules;

export interface ConfigContext extends PlatformTrust {
  readonly client: PlatformClient;
  readonly outbox: Outbox;
  /** X25519 secret that operators are sealed to, 32 bytes */
  readonly boxSecret: Uint8Array;
  readonly now: () => number;
}

/** How far `pulledAt` may lag behind the platform's last word. */
const confirmSeconds = 600;

const contentsOf = <N extends ConfigName>(name: N, raw: unknown, boxSecret: Uint8Array): ConfigContents[N] => {
  let value = raw;
  if (name === 'operators') {
    const opened = raw instanceof Uint8Array ? openSealed(boxSecret, raw) : undefined;
    if (opened === undefined) throw invalid(name);
    value = decoded(opened, name);
  }
  const contents = shapeOf(name).safeParse(plain(value));
  // Zod's own words could quote a name out of the contents: they stay here.
  if (!contents.success) throw invalid(name);
  return contents.data;
};

/**
 * Pulls one setting that the platform signs. True: a new version is in force. @throws CodedError PLATFORM_ANSWER_INVALID, with detail `version` when
 * it is smaller than the one held; what was there before then stays
 */
export const pullConfig = async <N extends ConfigName>(context: ConfigContext, name: N): Promise<boolean> => {
  const { client, outbox, boxSecret, now } = context;
  const etagSetting = `${configSetting(name)}-etag`;
  const held = storedConfig(outbox, name);
  const etag = held === undefined ? undefined : outbox.settings.get(etagSetting);
  const answer = await client.get(`/v1/config/${name}`, typeof etag === 'string' ? etag : undefined);
  const pulledAt = Math.max(0, now());
  const keep = (config: StoredConfig<N>, tag: string | undefined): void => {
    outbox.settings.put({ [configSetting(name)]: { ...config }, [etagSetting]: tag });
  };
  if (answer.status === 304) {
    // Said anew to be in force: how long a terminal was off-line counts from here. A large setting is not written again every few minutes for it.
    if (held !== undefined && Math.abs(pulledAt - held.pulledAt) >= confirmSeconds) keep({ ...held, pulledAt }, typeof etag === 'string' ? etag : undefined);
    return false;
  }
  const map = signedMap(answer.body, syncTyp.config, 4, 3, context, name);
  const [signedName, version, issuedAt] = [map.get(1), map.get(2), map.get(3)];
  if (signedName !== name || typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1 || typeof issuedAt !== 'number') throw invalid(name);
  // An older one would bring back an operator who was disabled.
  if (held !== undefined && version < held.version) throw invalid('version');
  const contents = contentsOf(name, map.get(4), boxSecret);
  const tag = answer.headers.get('etag') ?? undefined;
  if (held?.version === version) keep({ ...held, pulledAt }, tag);
  else keep({ version, issuedAt, contents, pulledAt }, tag);
  return held?.version !== version;
};
