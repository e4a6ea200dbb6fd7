import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { seeded, type Random } from '../../src/cli/invented/random.js';
import { isFailureCode, type Outcome } from '../../src/contract/index.js';
import { createEnrolmentCode, initPlatform, openPlatform, registerBlanks, type Platform } from '../../src/platform/index.js';
import { enrolTerminal, openTerminal, syncTerminal } from '../../src/service/index.js';
import type { ChildOptions } from './child.js';
import { Ledger } from './oracle.js';
import { PlatformProcess, TerminalProcess } from './processes.js';
import type { RecordKind, Reply, WantedRecord } from './protocol.js';
import { FaultyProxy } from './proxy.js';

export interface WorldOptions {
  readonly seed: number;
  /** flags of the child programs: a guarantee taken away */
  readonly terminalFlags?: readonly string[];
  readonly platformFlags?: readonly string[];
}

const expected = <T>(outcome: Outcome<T>): T => {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.code} ${outcome.detail ?? ''}`.trim());
};

const blanks = 400;
/** Long before the run and its certificates: no capture of ours shares its time with anything else. */
const beforeTheRun = 20_000_000;

/** One terminal, one platform, the network between them, and the books about all three. */
export class World {
  readonly root = mkdtempSync(join(tmpdir(), 'wz-fault-'));
  readonly terminalFolder = join(this.root, 'terminal');
  readonly platformFolder = join(this.root, 'platform');
  readonly random: Random;
  readonly ledger = new Ledger();
  readonly faults = new Map<string, number>();
  /** faults that were not named as they must be, and promises that broke without costing a record */
  readonly findings: string[] = [];
  readonly proxy: FaultyProxy;
  readonly #options: WorldOptions;
  #terminal: TerminalProcess | undefined;
  #platform: PlatformProcess | undefined;
  #nextAt = Math.floor(Date.now() / 1000) - beforeTheRun;
  #nextPerson = 1;
  #suspended = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.random = seeded(options.seed);
    this.proxy = new FaultyProxy(this.random, (fault) => this.count(fault));
  }

  count(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }
  get total(): number {
    return [...this.faults.values()].reduce((sum, n) => sum + n, 0);
  }
  find(text: string): void {
    this.findings.push(text);
  }
  /** Counts the fault; what it was called must be one of `named`. */
  named(kind: string, code: string | undefined, named: readonly string[]): void {
    this.count(kind);
    if (code === undefined || !named.includes(code)) this.find(`${kind}: answered ${code ?? 'nothing'}, not ${named.join(' or ')}`);
  }

  async open(): Promise<void> {
    await (await initPlatform(this.platformFolder, { environment: 'test', name: 'faults' })).close();
    const { code } = await this.administer(async (platform) => expected(await createEnrolmentCode(platform, 'faults', ['3303'])));
    const url = await this.proxy.listen();
    await this.platform();
    const { terminal: id } = expected(await enrolTerminal(this.terminalFolder, url, code, 'faults'));
    await this.administer(async (platform) => expected(await registerBlanks(platform, blanks, id)));
    const terminal = openTerminal(this.terminalFolder);
    try {
      expected(await syncTerminal(terminal, { divisions: ['330302'] }));
    } finally {
      await terminal.close();
    }
    await this.captureKinds(['issue', 'issue', 'issue', 'issue']);
    await this.settle();
  }

  async close(): Promise<void> {
    await this.#terminal?.kill();
    await this.#platform?.kill();
    await this.proxy.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** What an administrator does beside the running platform. */
  async administer<T>(work: (platform: Platform) => Promise<T>): Promise<T> {
    const platform = await openPlatform(this.platformFolder);
    try {
      return await work(platform);
    } finally {
      await platform.close();
    }
  }

  /** The platform, started when it is not up. Under a program such as strace it may die before it listens: undefined. */
  async platform(options?: ChildOptions): Promise<PlatformProcess | undefined> {
    if (options === undefined && this.#platform?.gone === false) return this.#platform;
    const started = new PlatformProcess(this.platformFolder, this.proxy.platformPort, this.#options.platformFlags ?? [], options);
    this.#platform = started;
    const port = await started.port;
    if (port === undefined) {
      if (options === undefined) throw new Error('the platform did not start');
      return undefined;
    }
    this.proxy.platformPort = port;
    return started;
  }
  async stopPlatform(): Promise<void> {
    await this.#platform?.stop();
  }
  async killPlatform(): Promise<boolean> {
    return (await this.#platform?.kill()) ?? false;
  }

  /** The terminal's process, started when it is not up. @throws when its storage is refused */
  async terminal(): Promise<TerminalProcess> {
    if (this.#terminal?.gone === false) return this.#terminal;
    const { process: started, failed } = await this.startTerminal();
    if (failed !== undefined) throw new Error(`the terminal did not start: ${failed}`);
    return started;
  }
  /** Starts the terminal in its own circumstances; `failed` is the code under which it refused, or KILLED. */
  async startTerminal(options: ChildOptions = {}, folder = this.terminalFolder): Promise<{ process: TerminalProcess; failed: string | undefined }> {
    const started = await TerminalProcess.start(folder, this.ledger, this.#options.terminalFlags ?? [], options);
    this.#terminal = started.process;
    return started;
  }
  async stopTerminal(): Promise<void> {
    await this.#terminal?.close();
  }

  /** Records to ask for, entered in the ledger. A revocation needs a permit: before there is one it is a verification. */
  records(kinds: readonly RecordKind[]): WantedRecord[] {
    return kinds.map((wanted) => {
      const permitNumber = this.ledger.permits.length === 0 ? undefined : this.random.pick(this.ledger.permits);
      const kind = wanted === 'revocation' && permitNumber === undefined ? 'verification' : wanted;
      const at = (this.#nextAt += 1);
      this.ledger.asked.set(at, kind);
      if (kind === 'issue') return { kind, at, person: (this.#nextPerson += 1) };
      if (kind === 'revocation') this.#suspended = !this.#suspended;
      return { kind, at, ...(permitNumber === undefined ? {} : { permitNumber }), status: this.#suspended ? 2 : 0 };
    });
  }
  some(least: number, most: number): WantedRecord[] {
    const kind = (): RecordKind => {
      const n = this.random.next();
      return n < 0.02 ? 'issue' : n < 0.3 ? 'revocation' : 'verification';
    };
    return this.records(Array.from({ length: this.random.between(least, most) }, kind));
  }

  async capture(records: readonly WantedRecord[]): Promise<Reply | undefined> {
    return this.#heard(await (await this.terminal()).ask({ do: 'capture', records }));
  }
  captureKinds(kinds: readonly RecordKind[]): Promise<Reply | undefined> {
    return this.capture(this.records(kinds));
  }
  async sync(timeoutMs = 10_000): Promise<Reply | undefined> {
    return this.#heard(await (await this.terminal()).ask({ do: 'sync', timeoutMs }));
  }
  async state(): Promise<Reply | undefined> {
    return this.#heard(await (await this.terminal()).ask({ do: 'state' }));
  }

  /** Whatever a fault does to a step, its failure has a name. */
  #heard(reply: Reply | undefined): Reply | undefined {
    if (reply?.ok === false && (reply.code === undefined || !isFailureCode(reply.code))) this.find(`a failure without a name: ${reply.code ?? ''} ${reply.detail ?? ''}`);
    return reply;
  }

  /** Quiet network, both up: pushes until nothing waits. What cannot be pushed stays pending and shows in the judgement. */
  async settle(): Promise<void> {
    this.proxy.clear();
    await this.platform();
    let last: Reply | undefined;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      last = await this.sync();
      if (last?.ok === true && last.counts?.pending === 0) return;
    }
    this.find(`the queue did not drain: ${last?.code ?? 'no answer'}, ${last?.counts?.pending ?? 0} pending`);
  }

  /** Both processes down, their files closed. */
  copyOf(folder: string, name: string): string {
    const copy = join(this.root, name);
    rmSync(copy, { recursive: true, force: true });
    cpSync(folder, copy, { recursive: true });
    return copy;
  }
  restore(copy: string, folder: string): void {
    rmSync(folder, { recursive: true, force: true });
    cpSync(copy, folder, { recursive: true });
  }

  /** Bytes of the terminal's database: of its files, and of the pages in use, key sets aside (the fewer blanks are left, the fewer they are). */
  databaseSize(): { readonly file: number; readonly used: number } {
    const path = join(this.terminalFolder, 'terminal.db');
    const db = new Database(path, { readonly: true });
    try {
      const used = db.prepare<[], number>("select sum(pgsize) from dbstat where name not like '%key_set%'").pluck().get() ?? 0;
      const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
      return { file: statSync(path).size + log, used };
    } finally {
      db.close();
    }
  }
}
