import { CodedError, keySet, numberBlock, type KeySet } from '../contract/index.js';
import { CoseError, decodeCbor, openSealed } from '../cose/index.js';
import type { Outbox, StoredDelegation } from '../outbox/index.js';
import type { PlatformClient } from './platform-client.js';

/** Names under which pulled values lie in the outbox's settings. */
export const pulledSetting = { trust: 'trust', statusList: 'status-list', codeTables: 'code-tables' } as const;

/** Each throws CodedError with its own code when what came does not verify; what was there before then stays in force. */
export interface Verifiers {
  readonly trustList: (bytes: Uint8Array) => void;
  readonly statusList: (bytes: Uint8Array) => void;
  /** the certificate is for this terminal's key; gives its window and its index block */
  readonly delegation: (kcwt: Uint8Array) => Omit<StoredDelegation, 'kcwt'>;
}

export interface PullContext {
  readonly client: PlatformClient;
  readonly outbox: Outbox;
  readonly boxSecret: Uint8Array;
  readonly verifiers: Verifiers;
  /** permit numbers wanted, asked once the certificate in force is here: division, year, kind */
  readonly numbers: () => readonly { readonly division: string; readonly year: number; readonly kind: 1 | 2 }[];
}

const invalid = (what: string, cause?: unknown): CodedError => new CodedError('PLATFORM_ANSWER_INVALID', what, cause === undefined ? {} : { cause });

const decoded = (bytes: Uint8Array, what: string): unknown => {
  try {
    return decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CoseError) throw invalid(what, error);
    throw error;
  }
};

const mapOf = (bytes: Uint8Array, what: string): Map<unknown, unknown> => {
  const value = decoded(bytes, what);
  if (value instanceof Map) return value as Map<unknown, unknown>;
  throw invalid(what);
};

/** Pulls a signed list; an ETag saves the body. True: a new one is in force. */
const pullSigned = async ({ client, outbox }: PullContext, path: string, name: string, verify: (bytes: Uint8Array) => void): Promise<boolean> => {
  const held = outbox.settings.get(`${name}-etag`);
  const answer = await client.get(path, typeof held === 'string' ? held : undefined);
  if (answer.status === 304) return false;
  verify(answer.body);
  outbox.settings.put({ [name]: answer.body, [`${name}-etag`]: answer.headers.get('etag') ?? undefined });
  return true;
};

const pullDelegation = async ({ client, outbox, verifiers }: PullContext): Promise<void> => {
  const map = mapOf((await client.get('/v1/delegation')).body, 'delegation');
  const [kcwt, block] = [map.get(1), map.get(2)];
  if (!(kcwt instanceof Uint8Array) || !Array.isArray(block)) throw invalid('delegation');
  const claims = verifiers.delegation(kcwt);
  // The certificate decides; a list that says something else beside it was put together by somebody else.
  if (block[0] !== claims.first || block[1] !== claims.last) throw invalid('delegation');
  outbox.numbers.addDelegation({ kcwt, ...claims });
};

const pullNumbers = async ({ client, outbox, numbers }: PullContext): Promise<void> => {
  for (const { division, year, kind } of numbers()) {
    const map = mapOf((await client.get(`/v1/number-blocks?division=${division}&year=${year}&kind=${kind}`)).body, 'number-blocks');
    const block = numberBlock.safeParse({ division: map.get(1), year: map.get(2), kind: map.get(3), first: map.get(4), last: map.get(5) });
    if (!block.success || block.data.division !== division || block.data.year !== year || block.data.kind !== kind) throw invalid('number-blocks');
    outbox.numbers.addBlock(block.data);
  }
};

const keySetOf = (value: unknown): KeySet => {
  const map = value instanceof Map ? (value as Map<unknown, unknown>) : new Map<unknown, unknown>();
  const parsed = keySet.safeParse({ serial: map.get(1), keyVersion: map.get(2), enc: map.get(3), mac: map.get(4), dek: map.get(5) });
  if (!parsed.success) throw invalid('key-sets');
  return parsed.data;
};

const pullKeySets = async ({ client, outbox, boxSecret }: PullContext): Promise<void> => {
  const sealed = decoded((await client.get('/v1/key-sets')).body, 'key-sets');
  const plain = sealed instanceof Uint8Array ? openSealed(boxSecret, sealed) : undefined;
  if (plain === undefined) throw invalid('key-sets');
  const list = decoded(plain, 'key-sets');
  if (!Array.isArray(list)) throw invalid('key-sets');
  outbox.keySets.replace(list.map(keySetOf));
};

const pullCodeTables = async ({ client, outbox }: PullContext): Promise<void> => {
  const held = outbox.settings.get(`${pulledSetting.codeTables}-version`);
  const map = mapOf((await client.get(`/v1/code-tables?since=${typeof held === 'number' ? held : 0}`)).body, 'code-tables');
  const [version, tables] = [map.get(1), map.get(2)];
  if (typeof version !== 'number' || !(tables instanceof Map)) throw invalid('code-tables');
  if (tables.size > 0 && version > (typeof held === 'number' ? held : 0)) outbox.settings.put({ [pulledSetting.codeTables]: tables, [`${pulledSetting.codeTables}-version`]: version });
};

export interface Pulled {
  readonly trustList: boolean;
  readonly statusList: boolean;
}

/** Everything a terminal needs for the next days off-line; trust first, for the rest is verified under it. @throws CodedError */
export const pullAll = async (context: PullContext): Promise<Pulled> => {
  const { verifiers } = context;
  const trustList = await pullSigned(context, '/v1/trust', pulledSetting.trust, (bytes) => verifiers.trustList(bytes));
  const statusList = await pullSigned(context, '/v1/status-list', pulledSetting.statusList, (bytes) => verifiers.statusList(bytes));
  await pullDelegation(context);
  await pullNumbers(context);
  await pullKeySets(context);
  await pullCodeTables(context);
  return { trustList, statusList };
};
