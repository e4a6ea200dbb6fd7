import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { capturedRecord, type AccessRight, type CapturedRecord, type Check, type Operation } from '../../../src/contract/index.js';
import { coseKeyId, decodeCbor, okpKey, openSealed, signSign1 } from '../../../src/cose/index.js';
import { insertCard, killPcscd, readerName, removeCard, restartPcscd, saveImage, setCardFaults, startVirtualReader, stopVirtualReader, type CardFaults, type CardImage } from '../../../src/emulator/index.js';
import { nodeCrypto } from '../../../src/node-crypto/index.js';
import { encodeStatusListToken, encodeTrustList, packStatuses, permitTyp, type Status } from '../../../src/permit/index.js';
import { plainOf } from '../../../src/platform/intake/fields.js';
import { openTerminal, saveIdentity, type Terminal } from '../../../src/service/index.js';
import type { RunHandle } from '../../../src/service/flows/flow.js';
import { pulledSetting } from '../../../src/sync/index.js';
import type { Step } from '../../../src/workflows/index.js';
import { platformBox } from '../../outbox/fixture.js';
import { addDays } from '../../workflows/days.js';
import { MemoryTerminal, listUri, noon, today } from '../../workflows/fixtures.js';
import { certificate, terminalKey } from '../../workflows/test-access.js';
import { identity } from '../fixture.js';

const { ed25519, sha256 } = nodeCrypto;
const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const kidOf = (seed: Uint8Array): Uint8Array => coseKeyId(okpKey(ed25519.publicKey(seed)), sha256);
const root = seedOf(0x61);
const statusSigner = seedOf(0x62);
const imageKey = new Uint8Array(32).fill(9);
const day = 86_400;

export const operation: Operation = { purpose: 'station', place: '火车站北广场' };

/** What a run told and asked, for a flow that is tried without the run book. */
export class TestRun implements RunHandle {
  readonly run = '00000000-0000-4000-8000-000000000001';
  readonly #stop = new AbortController();
  readonly checks: Check[] = [];
  readonly steps: Step[] = [];
  readonly asked: string[] = [];
  readonly #left = new Set<(reason: Error) => void>();
  readonly #answers = new Map<string, (answer: unknown) => void>();

  get signal(): AbortSignal {
    return this.#stop.signal;
  }
  step(step: Step): void {
    this.steps.push(step);
  }
  check(check: Check): void {
    this.checks.push(structuredClone(check));
  }
  ask(question: 'operation' | 'next'): Promise<unknown> {
    this.asked.push(question);
    return new Promise((resolve, reject) => {
      this.#answers.set(question, resolve);
      this.#left.add(reject);
    });
  }
  answer(question: 'operation' | 'next', answer?: unknown): void {
    const resolve = this.#answers.get(question);
    if (resolve === undefined) throw new Error(`nobody asked for ${question}`);
    this.#answers.delete(question);
    resolve(answer);
  }
  cancel(): void {
    const reason = new Error('cancelled');
    this.#stop.abort(reason);
    for (const reject of this.#left) reject(reason);
  }

  get last(): Check | undefined {
    return this.checks.at(-1);
  }
  /** The phases that were told since a moment, one of a kind in a row once. */
  phases(since = 0): string[] {
    const names = this.checks.slice(since).map((check) => (check.phase === 'verdict' ? (check.seq === undefined ? 'early' : 'verdict') : check.phase));
    return names.filter((name, i) => name !== names[i - 1]);
  }
  async until(what: string, found: (check: Check) => boolean, since = 0): Promise<Check> {
    for (const deadline = Date.now() + 15_000; Date.now() < deadline; await delay(10)) {
      const check = this.checks.slice(since).find(found);
      if (check !== undefined) return check;
    }
    throw new Error(`never told: ${what}; told: ${JSON.stringify(this.checks.map((check) => [check.phase, 'code' in check ? check.code : '', 'verdict' in check ? [check.verdict.result, check.cardPresent, check.seq] : '']))}`);
  }
  /** A verdict with a record of its own, told after `since` checks. */
  async verdict(since = 0): Promise<Extract<Check, { phase: 'verdict' }>> {
    const before = Math.max(0, ...this.checks.slice(0, since).map((check) => (check.phase === 'verdict' ? (check.seq ?? 0) : 0)));
    return (await this.until('a verdict', (check) => check.phase === 'verdict' && (check.seq ?? 0) > before, since)) as Extract<Check, { phase: 'verdict' }>;
  }
  async refused(since = 0): Promise<Extract<Check, { phase: 'refused' }>> {
    return (await this.until('a refusal', (check) => check.phase === 'refused', since)) as Extract<Check, { phase: 'refused' }>;
  }
}

/** A police desk: private pcscd with two virtual readers, a terminal that trusts the tests' issuer and may inspect its cards. */
export class PoliceDesk {
  readonly #root = mkdtempSync(join(tmpdir(), 'rc-desk-'));
  readonly readerFolder = join(this.#root, 'reader');
  readonly data = join(this.#root, 'data');
  readonly memory = new MemoryTerminal();
  now = noon;
  terminal!: Terminal;
  #socket = '';
  #cards = 0;

  static async open({ rights = ['inspect'] as readonly AccessRight[], readers = true } = {}): Promise<PoliceDesk> {
    const desk = new PoliceDesk();
    mkdirSync(desk.data);
    if (readers) desk.#socket = (await startVirtualReader(desk.readerFolder)).socket;
    saveIdentity(desk.data, { ...identity(), root: ed25519.publicKey(root) }, { keyStoreDirectory: join(desk.#root, 'key-store') });
    desk.reopen();
    desk.pull();
    desk.grant(rights);
    return desk;
  }

  /** The process ends and begins anew. */
  reopen(): Terminal {
    this.terminal = this.beside();
    return this.terminal;
  }

  /** Another program on the same folder; the caller closes it. */
  beside(mode: 'counter' | 'police' = 'police'): Terminal {
    return openTerminal(this.data, { clock: () => this.now, mode, env: { PCSCLITE_CSOCK_NAME: this.#socket } });
  }
  get socket(): string {
    return this.#socket;
  }

  /** What a sync would bring: trust list and status list, with these entries. */
  pull(statuses: readonly (readonly [number, Status])[] = [], issuedAt = this.now - 3_600): void {
    const list = this.memory.trustList();
    const key = { kid: kidOf(statusSigner), role: 2 as const, publicKey: ed25519.publicKey(statusSigner), from: noon - 9_000 * day, until: noon + 3_650 * day };
    const trust = signSign1({ typ: permitTyp.trustList, kid: kidOf(root), payload: encodeTrustList({ ...list, keys: [...list.keys, key] }), seed: root }, ed25519);
    const deflated = new Uint8Array(deflateSync(packStatuses(new Map(statuses), 4_000, 0)));
    const token = encodeStatusListToken({ uri: listUri, issuedAt, expires: issuedAt + 31 * day, ttl: day, deflated });
    const statusList = signSign1({ typ: permitTyp.statusList, kid: kidOf(statusSigner), payload: token, seed: statusSigner }, ed25519);
    this.terminal.outbox.settings.put({ [pulledSetting.trust]: trust, [pulledSetting.statusList]: statusList });
    this.terminal.trust.reload();
  }

  grant(rights: readonly AccessRight[]): void {
    const own = certificate('terminal', { rights, departments: [], effective: today, expires: addDays(today, 17) });
    this.terminal.outbox.settings.put({ 'access-certificate': rights.length === 0 ? undefined : [terminalKey.privateKey, [certificate('cvca')], certificate('dv-domestic'), own] });
    this.terminal.access.reload();
  }

  async putDown(image: CardImage, { slot = 0, faults = {} }: { readonly slot?: number; readonly faults?: CardFaults } = {}): Promise<void> {
    this.#cards += 1;
    const path = join(this.#root, `${this.#cards}.card`);
    saveImage(path, image, imageKey);
    await insertCard(this.readerFolder, slot, path, imageKey, faults);
  }
  lift(slot = 0): Promise<void> {
    return removeCard(this.readerFolder, slot);
  }
  setFaults(faults: CardFaults, slot = 0): Promise<unknown> {
    return setCardFaults(this.readerFolder, slot, faults);
  }
  killPcscd(): Promise<void> {
    return killPcscd(this.readerFolder);
  }
  restartPcscd(): Promise<void> {
    return restartPcscd(this.readerFolder);
  }
  readonly reader = readerName(0);
  readonly otherReader = readerName(1);

  /** What waits in the queue, opened as the platform would. */
  records(): CapturedRecord[] {
    return this.terminal.outbox.pending(500).map(({ sealed }) => {
      const plain = openSealed(platformBox.secretKey, sealed);
      if (plain === undefined) throw new Error('a record does not open');
      return capturedRecord.parse(plainOf(decodeCbor(plain)));
    });
  }

  async close(): Promise<void> {
    await this.terminal.close();
    if (this.#socket !== '') await stopVirtualReader(this.readerFolder);
    rmSync(this.#root, { recursive: true, force: true });
  }
}
