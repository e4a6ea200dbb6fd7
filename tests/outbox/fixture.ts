import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach } from 'vitest';
import { CodedError, syncTyp, type CapturedRecord } from '../../src/contract/index.js';
import { coseKeyId, encodeCbor, okpKey, sealingKeyPair, signSign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { openOutbox, type Outbox, type OutboxOptions, type PlatformKey } from '../../src/outbox/index.js';

export const terminalId = 'T0000TEST';
export const platformSeed = new Uint8Array(32).fill(7);
const platformPublic = nodeCrypto.ed25519.publicKey(platformSeed);
export const platformKid = coseKeyId(okpKey(platformPublic), nodeCrypto.sha256);
export const platformKeys: PlatformKey[] = [{ kid: platformKid, key: platformPublic, from: 0, until: 4_000_000_000 }];
export const platformBox = sealingKeyPair(new Uint8Array(32).fill(9));
export const localKey = new Uint8Array(32).fill(3);
export const start = 1_795_000_000;

const folders: string[] = [];
const opened: Outbox[] = [];
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const outbox of opened.splice(0)) outbox.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const clock = { at: start, now: (): number => clock.at };
export const options = (more: Partial<OutboxOptions> = {}): OutboxOptions => ({ terminalId, sealTo: platformBox.publicKey, localKey, clock, crypto: nodeCrypto, ...more });
export const open = (path = join(temporaryFolder(), 'terminal.db'), more: Partial<OutboxOptions> = {}): Outbox => {
  const outbox = openOutbox(path, options(more));
  opened.push(outbox);
  return outbox;
};

export const verification = (n: number, reason = 'signature'): CapturedRecord => ({
  type: 'verification',
  permitNumber: String(330302_2026_1_000000_0n + BigInt(n)).padStart(18, '0'),
  result: 'valid',
  reason,
  mode: 'police',
  at: start,
});

/** The payload of a receipt for what the outbox holds up to `last`, with any label replaced. */
export function receiptMap(outbox: Outbox, first: number, last: number, replace: readonly (readonly [number, unknown])[] = []): Map<number, unknown> {
  const { terminal, epoch } = outbox.counts();
  return new Map<number, unknown>([
    [1, terminal],
    [2, epoch],
    [3, first],
    [4, last],
    [5, outbox.hash(last) ?? new Uint8Array(32)],
    [6, clock.now()],
    [7, []],
    [8, platformBox.publicKey],
    ...replace,
  ]);
}
export const signReceipt = (map: unknown, seed = platformSeed, typ: string = syncTyp.receipt): Uint8Array =>
  signSign1({ typ, kid: platformKid, payload: encodeCbor(map), seed }, nodeCrypto.ed25519);

/** The code of a CodedError that `work` throws. */
export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

/** Takes away what the migrations after the first one added, as far as a closed outbox holds nothing of it. */
export function toFirstVersion(path: string): void {
  const db = new Database(path);
  db.exec(`DROP INDEX record_urgent; DROP TABLE record_status; ALTER TABLE record DROP COLUMN advanced;
    ALTER TABLE chain DROP COLUMN pending_bytes; ALTER TABLE chain DROP COLUMN last_captured;
    DROP TABLE own_record; DROP TABLE draft; DROP TABLE local_key; DROP TABLE card_update; DROP TABLE known_card; DROP TABLE day_total; DROP TABLE check_history;`);
  db.pragma('user_version = 1');
  db.close();
}

const dist = (room: string): string => pathToFileURL(join(import.meta.dirname, `../../dist/src/${room}/index.js`)).href;
/** An ES module for `node --input-type=module -e`, in a process of its own: opens the outbox at argv[1], then runs `body`. */
export const childProgram = (body: string): string => `
  import { writeSync } from 'node:fs';
  import { openOutbox } from '${dist('outbox')}';
  import { nodeCrypto } from '${dist('node-crypto')}';
  const say = (line) => writeSync(1, line + '\\n');
  const bytes = (fill) => new Uint8Array(32).fill(fill);
  const record = (n) => ({ type: 'verification', permitNumber: String(n).padStart(18, '0'), result: 'valid', reason: 'x'.repeat(900), mode: 'police', at: 1795000000 });
  const outbox = openOutbox(process.argv[1], {
    terminalId: '${terminalId}', sealTo: Uint8Array.from(${JSON.stringify(Array.from(platformBox.publicKey))}), localKey: bytes(3),
    clock: { now: () => 1795000000 }, crypto: nodeCrypto,
  });
  ${body}
`;
