import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ports = [35963, 35964] as const;
export const readerNames = ['Virtual PCD 00 00', 'Virtual PCD 00 01'] as const;
const cardProgram = fileURLToPath(new URL('./scripted-card.mjs', import.meta.url));

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once('exit', () => resolve()));

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  child.kill(signal);
  await exited(child);
};

export const until = async (ready: () => boolean | Promise<boolean>, what: string, ms = 10_000): Promise<void> => {
  for (const start = Date.now(); Date.now() - start < ms; await delay(10)) if (await ready()) return;
  throw new Error(`waited in vain for ${what}`);
};

/**
 * A real pcscd with two virtual readers in namespaces of its own, to be killed and started again at will. The emulator room has its own virtual
 * reader; this one exists to be broken. Only the folder with pcscd's socket is shared with the outside.
 */
export class Stack {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rc-'));
  readonly socket = join(this.#folder, 's', 'pcscd.comm');
  readonly env = { PCSCLITE_CSOCK_NAME: this.socket };
  #home!: ChildProcess;
  #pcscd: ChildProcess | undefined;

  static async start(): Promise<Stack> {
    const stack = new Stack();
    await stack.#enter();
    await stack.startPcscd();
    return stack;
  }

  async #enter(): Promise<void> {
    mkdirSync(join(this.#folder, 's'));
    mkdirSync(join(this.#folder, 'c'));
    const config = 'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so\nCHANNELID 0x8C7B\n';
    writeFileSync(join(this.#folder, 'c', 'vpcd'), config);
    // Acknowledging at once (quickack) saves 40 ms an APDU: vpcd does not switch Nagle's algorithm off.
    const script = `set -e
      if [ ! -d /run/pcscd ]; then mount -t tmpfs tmpfs /run; mkdir /run/pcscd; fi
      mount --bind '${this.#folder}/s' /run/pcscd
      ip link set lo up
      for to in 127.0.0.0/8 127.0.0.1; do ip route change local $to dev lo table local proto kernel scope host src 127.0.0.1 quickack 1; done
      echo ready; exec cat`;
    this.#home = spawn('unshare', ['-r', '-m', '-n', 'bash', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      this.#home.stdout?.once('data', () => resolve());
      this.#home.once('exit', () => reject(new Error('no namespaces here')));
    });
  }

  #inside(...command: string[]): ChildProcess {
    const pid = String(this.#home.pid);
    return spawn('nsenter', ['-t', pid, '-U', '-m', '-n', '--preserve-credentials', '--', ...command], { stdio: 'ignore' });
  }

  async startPcscd(): Promise<void> {
    this.#pcscd = this.#inside('pcscd', '-f', '-c', join(this.#folder, 'c'));
    await until(() => existsSync(this.socket), "pcscd's socket");
  }

  async killPcscd(): Promise<void> {
    if (this.#pcscd !== undefined) await end(this.#pcscd, 'SIGKILL');
    for (const name of ['pcscd.comm', 'pcscd.pid']) rmSync(join(this.#folder, 's', name), { force: true });
  }

  /** Puts a scripted card on the reader of that slot; the returned function pulls it out. */
  insert(slot: 0 | 1): () => Promise<void> {
    const card = this.#inside(process.execPath, cardProgram, String(ports[slot]));
    return () => end(card, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await this.killPcscd();
    await end(this.#home, 'SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
