import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeBlanks, putCard, shelf, takeCard } from '../../src/cli/cards.js';
import { dataFolder } from '../../src/cli/data-folder.js';
import { inventAdult, portraitOf } from '../../src/cli/invented/index.js';
import type { OperatorRole, Outcome, WorkflowInput } from '../../src/contract/index.js';
import { startVirtualReader, stopVirtualReader, type CardFaults } from '../../src/emulator/index.js';
import { dateInChina } from '../../src/permit/index.js';
import { addOperator, createEnrolmentCode, initPlatform, openPlatform, type Platform } from '../../src/platform/index.js';
import { ServiceProcess } from './service-process.js';

const cli = fileURLToPath(new URL(`../../${import.meta.url.includes('/dist/tests/') ? '' : 'dist/'}src/cli/main.js`, import.meta.url));

const expected = <T>(outcome: Outcome<T>): T => {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.code} ${outcome.detail ?? ''}`);
};

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly password: string;
}
export const people = {
  clerk: { id: 'W-101', name: '柳测试', role: 'operator', password: '测试口令-W101' },
  chief: { id: 'S-102', name: '苗测试', role: 'supervisor', password: '测试口令-S102' },
  officer: { id: 'P-103', name: '岳测试', role: 'officer', password: '测试口令-P103' },
} as const satisfies Record<string, Person>;

/** Platform, pcscd with a virtual reader and a terminal's folder, each real and in a process of its own; the service is started by the test. */
export class AppWorld {
  readonly root = mkdtempSync(join(tmpdir(), 'rc-app-'));
  readonly folder = dataFolder(this.root);
  readonly keyStore = join(this.root, 'key-store');
  readonly today = dateInChina(Math.floor(Date.now() / 1000));
  platformUrl = '';
  socket = '';
  #platform: ChildProcess | undefined;
  #services: ServiceProcess[] = [];
  #port = 0;

  /** With operators unless stated otherwise. */
  static async make(operators: readonly Person[] = Object.values(people)): Promise<AppWorld> {
    const world = new AppWorld();
    const platform = await initPlatform(world.folder.platform, { environment: 'test', name: 'test platform' });
    for (const { id, name, role, password } of operators) expected(await addOperator(platform, id, name, role, ['3303'], password));
    await platform.close();
    await world.startPlatform();
    world.socket = (await startVirtualReader(world.folder.reader)).socket;
    return world;
  }

  async startPlatform(): Promise<void> {
    const child = spawn(process.execPath, [cli, 'platform', 'serve', '--json', '--data', this.root, '--port', String(this.#port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#platform = child;
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const { url, port } = JSON.parse(String(line)) as { url: string; port: number };
    this.platformUrl = url;
    this.#port = port;
  }

  async stopPlatform(): Promise<void> {
    if (this.#platform === undefined) return;
    const ended = once(this.#platform, 'exit');
    this.#platform.kill('SIGTERM');
    await ended;
    this.#platform = undefined;
  }

  async administer<T>(work: (platform: Platform) => Promise<T>): Promise<T> {
    const platform = await openPlatform(this.folder.platform);
    try {
      return await work(platform);
    } finally {
      await platform.close();
    }
  }

  arguments(mode: 'counter' | 'kiosk' | 'police' = 'counter', more: readonly string[] = []): string[] {
    return ['--data', this.folder.terminal, '--mode', mode, '--pcsc', this.socket, '--key-store', this.keyStore, ...more];
  }

  async service(mode: 'counter' | 'kiosk' | 'police' = 'counter', more: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    const started = await ServiceProcess.start(this.arguments(mode, more), env);
    this.#services.push(started);
    return started;
  }

  /** Through the contract: enrolled, synced, with blanks on the shelf. */
  async enrol(service: ServiceProcess, blanks = 4): Promise<void> {
    const { code } = expected(await this.administer((platform) => createEnrolmentCode(platform, 'test', ['3303'])));
    await service.done({ workflow: 'enrol', url: this.platformUrl, code });
    const { terminal } = await service.stateWhere((state) => state.terminal !== null);
    expected(await makeBlanks(this.folder, blanks, terminal?.id));
    await service.done({ workflow: 'sync' });
    await service.done({ workflow: 'sync' });
  }

  signIn(service: ServiceProcess, { id, password }: Person): Promise<unknown> {
    return service.done({ workflow: 'sign-in', operator: id, password });
  }

  /** An invented resident's application, by seed. */
  application(seed: number): Extract<WorkflowInput, { workflow: 'issue' }> {
    const application = inventAdult({ seed, onDate: this.today, kind: 'residence' });
    return { workflow: 'issue', application, photo: Buffer.from(portraitOf(application, this.today)).toString('base64') };
  }

  /** A blank, or the card of that name, is put down. Its name. */
  async put(name?: string, faults?: CardFaults): Promise<string> {
    return expected(await putCard(this.folder, name, 0, faults)).card;
  }

  async take(): Promise<void> {
    await takeCard(this.folder);
  }

  cards(): ReturnType<typeof shelf> {
    return shelf(this.folder);
  }

  async close(): Promise<void> {
    for (const service of this.#services) if (service.child.exitCode === null && service.child.signalCode === null) await service.kill();
    await this.stopPlatform();
    await stopVirtualReader(this.folder.reader);
    rmSync(this.root, { recursive: true, force: true });
  }
}
