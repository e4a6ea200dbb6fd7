import { CodedError, done, failed, keySet, numberBlock, type KeySet, type Outcome } from '../contract/index.js';
import { CoseError, decodeCbor, openSealed } from '../cose/index.js';
import type { Outbox } from '../outbox/index.js';
import type { SyncFailure } from './failure.js';
import type { PlatformLink } from './platform-link.js';
import type { Answer } from './transport.js';
import type { Verifiers } from './verifiers.js';

export const pullItems = ['trust', 'status-list', 'delegation', 'number-blocks', 'key-sets', 'code-tables'] as const;
export type PullItem = (typeof pullItems)[number];
/** `replaced`: something new is in force; `unchanged`: what was there is current. */
export type Pulling = { readonly ok: true; readonly value: 'replaced' | 'unchanged' } | SyncFailure;

/** A block of permit numbers this terminal needs: division of 6 digits, year, kind 1 or 2. */
export interface NumberNeed {
  readonly division: string;
  readonly year: number;
  readonly kind: 1 | 2;
}

export interface PullParts {
  readonly terminalId: string;
  /** pinned at enrolment, Ed25519, 32 bytes */
  readonly root: Uint8Array;
  readonly boxSecret: Uint8Array;
  readonly link: PlatformLink;
  readonly outbox: Outbox;
  readonly verifiers: Verifiers;
}

const invalid = (detail: string): SyncFailure => failed('PLATFORM_ANSWER_INVALID', detail);
const replaced: Pulling = done('replaced' as const);
const unchanged: Pulling = done('unchanged' as const);

/** Runs a GET and hands its body on; what is no CBOR, or cuts into what is held, is discarded with its code and changes nothing. */
async function got(link: PlatformLink, call: string, etag: string | undefined, keep: (answer: Answer) => Pulling): Promise<Pulling> {
  const answer = await link.call('GET', call, undefined, etag === undefined ? {} : { 'if-none-match': etag });
  if (!answer.ok) return answer;
  if (answer.value.status === 304) return etag === undefined ? invalid('304 to an unconditional request') : unchanged;
  if (answer.value.status !== 200) return invalid(`HTTP ${answer.value.status}`);
  try {
    return keep(answer.value);
  } catch (error) {
    if (error instanceof CoseError) return invalid('encoding');
    if (error instanceof CodedError && error.code === 'PLATFORM_ANSWER_INVALID') return invalid(error.detail ?? '');
    throw error;
  }
}

const etagOf = (answer: Answer): string | undefined => answer.headers.get('etag') ?? undefined;

/** A closed map with the labels 1 to `size`, as an array from label 1 on. */
function members(body: Uint8Array | unknown, size: number): unknown[] | undefined {
  const map: unknown = body instanceof Uint8Array ? decodeCbor(body) : body;
  if (!(map instanceof Map) || map.size !== size) return undefined;
  const values = Array.from({ length: size }, (_, i): unknown => map.get(i + 1));
  return values.includes(undefined) ? undefined : values;
}

const verified = <T>(outcome: Outcome<T>, keep: (value: T) => Pulling): Pulling => (outcome.ok ? keep(outcome.value) : outcome);

export const pullTrust = ({ link, root, verifiers }: PullParts): Promise<Pulling> =>
  got(link, '/v1/trust', link.pulled.etag('trust'), (answer) =>
    verified(verifiers.trustList(answer.body, root, link.now()), ({ number, platformKeys }) => {
      // An older list, truly signed, would bring back a key that was withdrawn.
      if (number < link.pulled.mark('trust')) return invalid('an older trust list');
      link.pulled.setTrust(answer.body, etagOf(answer), number, platformKeys);
      return replaced;
    }),
  );

export const pullStatusList = async ({ link, verifiers }: PullParts): Promise<Pulling> => {
  const trust = link.pulled.trustList();
  if (trust === undefined) return failed('TRUST_MISSING');
  return got(link, '/v1/status-list', link.pulled.etag('status-list'), (answer) =>
    verified(verifiers.statusList(answer.body, trust, link.now()), ({ issuedAt }) => {
      if (issuedAt < link.pulled.mark('status-list')) return invalid('an older status list');
      link.pulled.setStatusList(answer.body, etagOf(answer), issuedAt);
      return replaced;
    }),
  );
};

export const pullDelegation = async ({ link, outbox, verifiers, terminalId }: PullParts): Promise<Pulling> => {
  const trust = link.pulled.trustList();
  if (trust === undefined) return failed('TRUST_MISSING');
  return got(link, '/v1/delegation', undefined, (answer) => {
    const [kcwt, block] = members(answer.body, 2) ?? [];
    const [first, last]: unknown[] = Array.isArray(block) ? (block as unknown[]) : [];
    if (!(kcwt instanceof Uint8Array) || typeof first !== 'number' || typeof last !== 'number') return invalid('shape');
    return verified(verifiers.delegation(kcwt, trust, link.now()), (claims) => {
      if (claims.terminal !== terminalId || claims.first !== first || claims.last !== last) return invalid('another delegation');
      const same = outbox.numbers.delegations().some((held) => held.first === first && held.last === last && held.expires >= claims.expires);
      if (same) return unchanged;
      outbox.numbers.addDelegation({ kcwt, first, last, notBefore: claims.notBefore, expires: claims.expires });
      return replaced;
    });
  });
};

export const pullNumberBlock = async ({ link, outbox }: PullParts, need: NumberNeed): Promise<Pulling> =>
  got(link, `/v1/number-blocks?division=${need.division}&year=${need.year}&kind=${need.kind}`, undefined, (answer) => {
    const [division, year, kind, first, last] = members(answer.body, 5) ?? [];
    const block = numberBlock.safeParse({ division, year, kind, first, last });
    if (!block.success) return invalid('shape');
    if (block.data.division !== need.division || block.data.year !== need.year || block.data.kind !== need.kind) return invalid('another block');
    const held = outbox.numbers.blocks().some((b) => b.division === division && b.year === year && b.kind === kind && b.first === first && b.last === last);
    if (held) return unchanged;
    outbox.numbers.addBlock(block.data);
    return replaced;
  });

export const pullKeySets = async ({ link, outbox, boxSecret }: PullParts): Promise<Pulling> =>
  got(link, '/v1/key-sets', undefined, (answer) => {
    const sealed = decodeCbor(answer.body);
    const opened = sealed instanceof Uint8Array ? openSealed(boxSecret, sealed) : undefined;
    if (opened === undefined) return invalid('not sealed to this terminal');
    try {
      const list = decodeCbor(opened);
      if (!Array.isArray(list)) return invalid('shape');
      const sets: KeySet[] = [];
      for (const entry of list as unknown[]) {
        const [serial, keyVersion, enc, mac, dek] = members(entry, 5) ?? [];
        const set = keySet.safeParse({ serial, keyVersion, enc, mac, dek });
        if (!set.success) return invalid('shape');
        sets.push(set.data);
      }
      const before = outbox.keySets.serials().length;
      outbox.keySets.replace(sets);
      return outbox.keySets.serials().length === before ? unchanged : replaced;
    } finally {
      // Keys in clear stay no longer than they are needed.
      opened.fill(0);
    }
  });

export const pullCodeTables = async ({ link }: PullParts): Promise<Pulling> => {
  const held = link.pulled.codeTables()?.version ?? 0;
  return got(link, `/v1/code-tables?since=${held}`, undefined, (answer) => {
    const [version, tables] = members(answer.body, 2) ?? [];
    if (typeof version !== 'number' || !Number.isSafeInteger(version) || !(tables instanceof Map)) return invalid('shape');
    for (const [name, rows] of tables) if (typeof name !== 'string' || !Array.isArray(rows)) return invalid('shape');
    if (version < held) return invalid('older code tables');
    if (version === held || tables.size === 0) return unchanged;
    link.pulled.setCodeTables(version, tables);
    return replaced;
  });
};
