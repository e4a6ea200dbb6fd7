import { chmodSync, chownSync, existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { PcscSupervisor } from '../../drivers/pcsc/index.js';
import { dataFolder, type DataFolder } from '../../src/cli/data-folder.js';
import { PlatformProcess } from '../../src/cli/demo/platform-process.js';
import type { TerminalMode } from '../../src/contract/index.js';
import { insertCard, killPcscd, readerName, removeCard, restartPcscd, setCardFaults, startVirtualReader, stopVirtualReader, virtualReaderStatus, waitForCardEnd, type CardFaults } from '../../src/emulator/index.js';
import { accessOfMode, createEnrolmentCode, openPlatform, type Platform } from '../../src/platform/index.js';
import { faultsOf, type CardName } from './cards.js';
import { counterFolders, type CounterStage } from './counter-stage.js';
import { ServiceProcess } from './service-process.js';
import { terminalFolders, type OpenFolder, type Stage } from './stage.js';
import { copyStage, type StageName } from './template.js';

const firstSlot = 0;
/** Of every stage. */
const folders = [...new Set([...terminalFolders, ...counterFolders, 'new'])];
/** Who runs Electron and its service: never root, so that the sandbox is real. */
export const unprivileged = 65_534;

const chownTree = (path: string, id: number): void => {
  chownSync(path, id, id);
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) chownTree(join(path, name), id);
};

/** A copy of the stage with its platform running and a private pcscd with its virtual reader: everything of the product but the app itself. */
export class World {
  readonly folder: DataFolder;
  readonly stage: Stage;
  /** the same of a world that was opened with the counter's stage */
  readonly counter: CounterStage;
  readonly #imageKey: Uint8Array;
  #platform: PlatformProcess | undefined;
  #platformPort = 0;
  #watch: PcscSupervisor | undefined;
  readonly #services = new Set<ServiceProcess>();

  private constructor(
    readonly root: string,
    readonly socket: string,
  ) {
    this.folder = dataFolder(root);
    const stage = JSON.parse(readFileSync(join(root, 'stage.json'), 'utf8')) as Stage & CounterStage;
    this.stage = stage;
    this.counter = stage;
    this.#imageKey = new Uint8Array(Buffer.from(readFileSync(join(this.folder.cards, 'key'), 'utf8'), 'hex'));
  }

  /** `run`: whose stage is copied; the process that started the test workers unless stated. */
  static async open({ run, stage = 'police' }: { readonly run?: number; readonly stage?: StageName } = {}): Promise<World> {
    const root = mkdtempSync(join(tmpdir(), 'rc-e2e-'));
    await copyStage(root, stage, run);
    const { socket } = await startVirtualReader(root);
    // The socket itself is open to all; its folder is root's.
    chmodSync(dirname(dirname(socket)), 0o711);
    const world = new World(root, socket);
    await world.platform.start();
    return world;
  }

  readonly platform = {
    /** On the port that the terminals know; the first start chooses it. */
    start: async (): Promise<void> => {
      this.#platform = await PlatformProcess.start(this.root, this.#platformPort);
      if (this.#platformPort === 0) this.#pointTerminals(this.#platform.url);
      this.#platformPort = this.#platform.port;
    },
    stop: async (): Promise<void> => {
      await this.#platform?.stop();
    },
    /** It answers nobody any more, and refuses nobody: as over a line that is too slow. */
    pause: (): void => this.#signalPlatform('SIGSTOP'),
    goOn: (): void => this.#signalPlatform('SIGCONT'),
    url: (): string => `http://127.0.0.1:${this.#platformPort}/`,
    /** Reads the database as an auditor would. */
    rows: <T>(sql: string): T[] => {
      const db = new Database(join(this.folder.platform, 'platform.db'), { readonly: true });
      try {
        return db.prepare(sql).all() as T[];
      } finally {
        db.close();
      }
    },
    /** What an administrator does beside the running platform. */
    administer: async <T>(work: (platform: Platform) => Promise<T>): Promise<T> => {
      const platform = await openPlatform(this.folder.platform);
      try {
        return await work(platform);
      } finally {
        await platform.close();
      }
    },
  };

  readonly pcscd = {
    kill: (): Promise<void> => killPcscd(this.root),
    restart: (): Promise<void> => restartPcscd(this.root),
    /** As on a machine whose reader was unplugged: pcscd runs and knows none. `plugIn` brings them back. */
    unplug: async (): Promise<void> => {
      renameSync(this.#readerConfiguration, this.#unplugged);
      await restartPcscd(this.root);
    },
    plugIn: async (): Promise<void> => {
      renameSync(this.#unplugged, this.#readerConfiguration);
      await restartPcscd(this.root);
    },
  };

  #signalPlatform(signal: NodeJS.Signals): void {
    const pid = this.#platform?.pid;
    if (pid === undefined) throw new Error('the platform does not run');
    process.kill(pid, signal);
  }

  get #readerConfiguration(): string {
    return join(dirname(dirname(this.socket)), 'conf', 'vpcd');
  }

  /** Beside the folder of which pcscd reads every file. */
  get #unplugged(): string {
    return join(dirname(dirname(this.socket)), 'unplugged');
  }

  /** One-time, of a police terminal. */
  enrolmentCode(): Promise<string> {
    return this.platform.administer(async (platform) => {
      const made = await createEnrolmentCode(platform, '新岗亭', ['3303'], accessOfMode.police);
      if (!made.ok) throw new Error(made.code);
      return made.value.code;
    });
  }

  /** Data folder of a terminal. */
  terminal(name: OpenFolder): string {
    return join(this.root, name);
  }

  /** Lets an unprivileged user work with this world's terminals. */
  giveTo(id: number): void {
    chmodSync(this.root, 0o711);
    for (const name of [...this.#folders(), 'key-store']) chownTree(join(this.root, name), id);
  }

  /** Puts a card down in place of the one that lies there, as soon as pcscd has seen the slot empty; resolves when it has seen the card. */
  async put(card: string, faults: CardFaults = {}, slot = firstSlot): Promise<void> {
    await this.take(slot);
    await insertCard(this.root, slot, join(this.folder.cards, `${card}.card`), this.#imageKey, { ...faultsOf[card as CardName], ...faults });
  }

  /** Takes away what lies there, if anything does. */
  async take(slot = firstSlot): Promise<void> {
    if (virtualReaderStatus(this.root).slots[slot]?.imagePath !== undefined) await removeCard(this.root, slot);
    await this.seen(false, slot);
  }

  /** Whether this card lies there now. */
  lies(card: string, slot = firstSlot): boolean {
    return virtualReaderStatus(this.root).slots[slot]?.imagePath === join(this.folder.cards, `${card}.card`);
  }

  /** The card is pulled at this APDU, counted from now. */
  tearAt(apdu: number, slot = firstSlot): Promise<unknown> {
    return setCardFaults(this.root, slot, { tearAtApdu: { at: apdu, when: 'before' } });
  }

  setFaults(faults: CardFaults, slot = firstSlot): Promise<unknown> {
    return setCardFaults(this.root, slot, faults);
  }

  /** Resolves when a card that was torn has left the slot. */
  torn(slot = firstSlot, ms = 5_000): Promise<boolean> {
    return waitForCardEnd(this.root, slot, ms);
  }

  /** pcscd looks at a slot now and then: waits until a client of its own sees the slot taken or empty. */
  async seen(present: boolean, slot = firstSlot): Promise<void> {
    this.#watch ??= PcscSupervisor.start({ env: { PCSCLITE_CSOCK_NAME: this.socket }, idleMs: 60_000 });
    for (const deadline = Date.now() + 5_000; Date.now() < deadline; await sleep(25)) {
      const readers = await this.#watch.readers().catch(() => []);
      if (readers.some(({ name, cardPresent }) => name === readerName(slot) && cardPresent) === present) return;
    }
  }

  async startService(mode: TerminalMode, { terminal = mode === 'police' ? 'police' : 'counter', ...options }: { readonly terminal?: OpenFolder; readonly port?: number; readonly loopbackKey?: string; readonly lockAfter?: number } = {}): Promise<ServiceProcess> {
    const service = await ServiceProcess.start({ data: this.terminal(terminal), mode, socket: this.socket, ...options });
    this.#services.add(service);
    return service;
  }

  async close(): Promise<void> {
    for (const service of this.#services) await service.stop();
    await this.#watch?.stop();
    await this.#platform?.stop();
    await stopVirtualReader(this.root);
    rmSync(this.root, { recursive: true, force: true });
  }

  #folders(): string[] {
    return folders.filter((name) => existsSync(join(this.root, name)));
  }

  /** The copy's terminals find the copy's platform. */
  #pointTerminals(url: string): void {
    for (const name of this.#folders()) {
      const path = join(this.root, name, 'terminal.json');
      if (!existsSync(path)) continue;
      writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), baseUrl: url }), { mode: 0o600 });
    }
  }
}
