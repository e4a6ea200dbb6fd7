import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CoseError, decodeCbor, openSealed } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { openOutboxReader } from '../../src/outbox/index.js';
import { readKeyFile } from '../../src/platform/keys/key-file.js';
import { loadIdentity } from '../../src/service/index.js';
import type { RecordKind } from './protocol.js';

/** What was asked of the terminal, and what it said was durable. Each record is known by the time inside it. */
export class Ledger {
  readonly asked = new Map<number, RecordKind>();
  readonly said = new Set<number>();
  readonly permits: string[] = [];

  captured({ at, kind, permitNumber }: { readonly at: number; readonly kind: RecordKind; readonly permitNumber?: string }): void {
    this.said.add(at);
    if (kind === 'issue' && permitNumber !== undefined && !this.permits.includes(permitNumber)) this.permits.push(permitNumber);
  }
}

export interface Judgement {
  /** records that the terminal said were durable */
  readonly captured: number;
  /** durable, but the process was killed before it could say so: neither lost nor unexpected */
  readonly unsaid: number;
  readonly applied: number;
  readonly pending: number;
  /** waiting in quarantine on the platform */
  readonly quarantined: number;
  readonly lost: readonly number[];
  readonly duplicated: readonly number[];
  readonly unexpected: readonly number[];
}

/** The time inside a sealed record; undefined when these are not the platform's bytes at all. */
const timeIn = (sealed: Uint8Array, secretKey: Uint8Array): number | undefined => {
  const plain = openSealed(secretKey, sealed);
  if (plain === undefined) return undefined;
  try {
    const record = decodeCbor(plain);
    const at: unknown = record instanceof Map ? (record.get('at') ?? record.get('issuedAt')) : undefined;
    return typeof at === 'number' ? at : undefined;
  } catch (error) {
    if (error instanceof CoseError) return undefined;
    throw error;
  }
};

interface Seen {
  /** effects in the registries by the time inside the record */
  readonly effects: ReadonlyMap<number, number>;
  readonly waiting: ReadonlyMap<number, number>;
}

const counted = (times: readonly number[]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const at of times) counts.set(at, (counts.get(at) ?? 0) + 1);
  return counts;
};

const onPlatform = (folder: string, terminal: string, secretKey: Uint8Array): Seen => {
  const db = new Database(join(folder, 'platform.db'), { readonly: true, timeout: 5_000 });
  try {
    // An effect without its origin would be one that nobody can trace: it is looked for by time alone, and the origin must be this terminal's.
    const effects = db
      .prepare<[], { at: number; origin: string | null }>(
        `select at, origin_terminal as origin from verifications union all select at, origin_terminal from status_changes
         union all select issued_at, origin_terminal from permits`,
      )
      .all();
    const foreign = effects.find(({ origin }) => origin !== terminal);
    if (foreign !== undefined) throw new Error(`an effect at ${foreign.at} has another origin than the only terminal`);
    const waiting = db.prepare<[], { sealed: Uint8Array }>("select sealed from quarantine where state = 'waiting'").all();
    return {
      effects: counted(effects.map(({ at }) => at)),
      waiting: counted(waiting.map(({ sealed }) => timeIn(new Uint8Array(sealed), secretKey) ?? -1)),
    };
  } finally {
    db.close();
  }
};

const pendingAt = (folder: string, secretKey: Uint8Array): number[] => {
  const { deviceKey } = loadIdentity(folder);
  const reader = openOutboxReader(join(folder, 'terminal.db'), { deviceKey, crypto: nodeCrypto });
  try {
    return reader.pending(1_000_000).map(({ sealed }) => timeIn(sealed, secretKey) ?? -1);
  } finally {
    reader.close();
  }
};

/** Compares every record that was captured with its effects on the platform. Both databases are read as they lie, past the programs that are tested. */
export const judge = (ledger: Ledger, terminalFolder: string, platformFolder: string): Judgement => {
  const { terminalId } = loadIdentity(terminalFolder);
  const { sealing: secretKey } = readKeyFile(join(platformFolder, 'keys.json'));
  const { effects, waiting } = onPlatform(platformFolder, terminalId, secretKey);
  const pending = new Set(pendingAt(terminalFolder, secretKey));
  const there = new Set([...effects.keys(), ...waiting.keys()]);
  const count = (at: number): number => (effects.get(at) ?? 0) + (waiting.get(at) ?? 0);
  return {
    captured: ledger.said.size,
    unsaid: [...there].filter((at) => ledger.asked.has(at) && !ledger.said.has(at)).length,
    applied: effects.size,
    pending: pending.size,
    quarantined: waiting.size,
    lost: [...ledger.said].filter((at) => !there.has(at) && !pending.has(at)),
    duplicated: [...there].filter((at) => count(at) > 1),
    // A poisoned record may lie in quarantine and nowhere else.
    unexpected: [...there].filter((at) => !ledger.asked.has(at) || (ledger.asked.get(at) === 'poison' && effects.has(at))),
  };
};
