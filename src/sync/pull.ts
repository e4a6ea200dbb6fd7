import { CodedError, failed, keySet, numberBlock, type Failure, type FailureCode, type KeySet } from '../contract/index.js';
import { openSealed, sameBytes } from '../cose/index.js';
import type { StoredDelegation } from '../outbox/index.js';
import { pullConfig, type ConfigContext } from './config.js';
import { pullRecordStatus } from './record-status.js';
import { decoded, invalid, mapOf } from './signed-map.js';
import { pullAccess } from './terminal-certificate.js';

/** Names under which pulled values lie in the outbox's settings. */
export const pulledSetting = { trust: 'trust', statusList: 'status-list', codeTables: 'code-tables' } as const;

/** Each throws CodedError with its own code when what came does not verify; what was there before then stays in force. */
export interface Verifiers {
  readonly trustList: (bytes: Uint8Array) => void;
  readonly statusList: (bytes: Uint8Array) => void;
  /** the certificate is for this terminal's key; gives its window and its index block */
  readonly delegation: (kcwt: Uint8Array) => Omit<StoredDelegation, 'kcwt'>;
}

export interface PullContext extends ConfigContext {
  readonly verifiers: Verifiers;
  readonly terminalId: string;
  /** the day in China, YYYY-MM-DD */
  readonly today: () => string;
  /** permit numbers wanted, asked once the certificate in force is here: division, year, kind */
  readonly numbers: () => readonly { readonly division: string; readonly year: number; readonly kind: 1 | 2 }[];
  /** the last number that the platform had received before this sync: what became of the records after it is asked */
  readonly since: number;
  /** leave out what is allotted to this terminal (certificate, numbers, blanks); default false */
  readonly listsOnly?: boolean;
}

/** Pulls a signed list; an ETag saves the body. True: a new one is in force. */
const pullSigned = async ({ client, outbox }: PullContext, path: string, name: string, verify: (bytes: Uint8Array) => void): Promise<boolean> => {
  const held = outbox.settings.get(`${name}-etag`);
  const answer = await client.get(path, typeof held === 'string' ? held : undefined);
  if (answer.status === 304) return false;
  verify(answer.body);
  outbox.settings.put({ [name]: answer.body, [`${name}-etag`]: answer.headers.get('etag') ?? undefined });
  return true;
};

const pullDelegation = async ({ client, outbox, verifiers }: PullContext): Promise<boolean> => {
  const before = outbox.numbers.delegations()[0]?.kcwt;
  const map = mapOf((await client.get('/v1/delegation')).body, 'delegation');
  const [kcwt, block] = [map.get(1), map.get(2)];
  if (!(kcwt instanceof Uint8Array) || !Array.isArray(block)) throw invalid('delegation');
  const claims = verifiers.delegation(kcwt);
  // The certificate decides; a list that says something else beside it was put together by somebody else.
  if (block[0] !== claims.first || block[1] !== claims.last) throw invalid('delegation');
  outbox.numbers.addDelegation({ kcwt, ...claims });
  return before === undefined || !sameBytes(before, kcwt);
};

const pullNumbers = async ({ client, outbox, numbers }: PullContext): Promise<boolean> => {
  const before = outbox.numbers.blocks().length;
  for (const { division, year, kind } of numbers()) {
    const map = mapOf((await client.get(`/v1/number-blocks?division=${division}&year=${year}&kind=${kind}`)).body, 'number-blocks');
    const block = numberBlock.safeParse({ division: map.get(1), year: map.get(2), kind: map.get(3), first: map.get(4), last: map.get(5) });
    if (!block.success || block.data.division !== division || block.data.year !== year || block.data.kind !== kind) throw invalid('number-blocks');
    outbox.numbers.addBlock(block.data);
  }
  return outbox.numbers.blocks().length !== before;
};

const keySetOf = (value: unknown): KeySet => {
  const map = value instanceof Map ? (value as Map<unknown, unknown>) : new Map<unknown, unknown>();
  const parsed = keySet.safeParse({ serial: map.get(1), keyVersion: map.get(2), enc: map.get(3), mac: map.get(4), dek: map.get(5) });
  if (!parsed.success) throw invalid('key-sets');
  return parsed.data;
};

const pullKeySets = async ({ client, outbox, boxSecret }: PullContext): Promise<boolean> => {
  const before = outbox.keySets.serials().join();
  const sealed = decoded((await client.get('/v1/key-sets')).body, 'key-sets');
  const plain = sealed instanceof Uint8Array ? openSealed(boxSecret, sealed) : undefined;
  if (plain === undefined) throw invalid('key-sets');
  const list = decoded(plain, 'key-sets');
  if (!Array.isArray(list)) throw invalid('key-sets');
  outbox.keySets.replace(list.map(keySetOf));
  return outbox.keySets.serials().join() !== before;
};

const pullCodeTables = async ({ client, outbox }: PullContext): Promise<boolean> => {
  const held = outbox.settings.get(`${pulledSetting.codeTables}-version`);
  const map = mapOf((await client.get(`/v1/code-tables?since=${typeof held === 'number' ? held : 0}`)).body, 'code-tables');
  const [version, tables] = [map.get(1), map.get(2)];
  if (typeof version !== 'number' || !(tables instanceof Map)) throw invalid('code-tables');
  if (tables.size === 0 || version <= (typeof held === 'number' ? held : 0)) return false;
  outbox.settings.put({ [pulledSetting.codeTables]: tables, [`${pulledSetting.codeTables}-version`]: version });
  return true;
};

/** In this order: trust, for the rest is verified under it; the number index before the list that it points into. */
export const pullItems = ['trust', 'number-index', 'status-list', 'delegation', 'terminal-certificate', 'number-blocks', 'key-sets', 'code-tables', 'rules', 'operators', 'catalogue', 'notices', 'record-status'] as const;
export type PullItem = (typeof pullItems)[number];

/** What the platform gives to this terminal alone. A terminal that may be a restored copy takes none of it: it could not tell what it gave already. */
const allotments: readonly PullItem[] = ['delegation', 'terminal-certificate', 'number-blocks', 'key-sets'];

/** What became of one pull: something new is in force, what was held still is, it was left out, or it failed and what was held stays. */
export type PullResult = 'new' | 'same' | 'left-out' | Failure;

export interface Pulled {
  readonly results: Readonly<Record<PullItem, PullResult>>;
  readonly failed: readonly (Failure & { readonly item: PullItem })[];
}

const works: { readonly [I in PullItem]: (context: PullContext) => Promise<boolean> } = {
  trust: (context) => pullSigned(context, '/v1/trust', pulledSetting.trust, (bytes) => context.verifiers.trustList(bytes)),
  'status-list': (context) => pullSigned(context, '/v1/status-list', pulledSetting.statusList, (bytes) => context.verifiers.statusList(bytes)),
  delegation: pullDelegation,
  'terminal-certificate': pullAccess,
  'number-blocks': pullNumbers,
  'key-sets': pullKeySets,
  'code-tables': pullCodeTables,
  rules: (context) => pullConfig(context, 'rules'),
  operators: (context) => pullConfig(context, 'operators'),
  catalogue: (context) => pullConfig(context, 'catalogue'),
  notices: (context) => pullConfig(context, 'notices'),
  'number-index': (context) => pullConfig(context, 'number-index'),
  'record-status': pullRecordStatus,
};

/** Nobody answers, or nobody will answer this terminal: the calls that follow would only wait as long again. */
const hopeless: readonly FailureCode[] = ['PLATFORM_UNREACHABLE', 'PLATFORM_TIMEOUT', 'PLATFORM_BUSY', 'TERMINAL_UNKNOWN', 'TERMINAL_BLOCKED', 'REQUEST_SIGNATURE'];
const storage: readonly FailureCode[] = ['DISK_FULL', 'STORAGE_LOCKED', 'STORAGE_CORRUPT', 'STORAGE_READ_ONLY'];

/** Everything a terminal needs for the next days off-line. A pull that fails stops no other. @throws CodedError of storage alone (DISK_FULL, STORAGE_*) */
export const pullAll = async (context: PullContext): Promise<Pulled> => {
  const results = {} as Record<PullItem, PullResult>;
  let lost: Failure | undefined;
  for (const item of pullItems) {
    if (context.listsOnly === true && allotments.includes(item)) {
      results[item] = 'left-out';
      continue;
    }
    if (lost !== undefined) {
      results[item] = lost;
      continue;
    }
    try {
      results[item] = (await works[item](context)) ? 'new' : 'same';
    } catch (error) {
      if (!(error instanceof CodedError) || storage.includes(error.code)) throw error;
      const failure = failed(error.code, error.detail);
      results[item] = failure;
      if (hopeless.includes(error.code)) lost = failure;
    }
  }
  const failures = pullItems.flatMap((item) => {
    const result = results[item];
    return typeof result === 'string' ? [] : [{ ...result, item }];
  });
  return { results, failed: failures };
};
