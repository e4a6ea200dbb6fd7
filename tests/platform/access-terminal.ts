import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../../src/contract/index.js';
import { readCvBundle, type CvBundle } from '../../src/cvc/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { openOutbox, type Outbox } from '../../src/outbox/index.js';
import { dateInChina } from '../../src/permit/index.js';
import type { TerminalAccess } from '../../src/platform/index.js';
import { PlatformClient, pullAccess, storedAccess } from '../../src/sync/index.js';
import type { World } from './fixture.js';
import { TestTerminal } from './terminal.js';

/** A terminal whose certificates come by the product's own call over a real socket, and lie in an outbox of its own. */
export class AccessTerminal {
  readonly #folder = mkdtempSync(join(tmpdir(), 'access-'));
  readonly #outbox: Outbox;
  #client: PlatformClient;

  private constructor(
    readonly world: World,
    readonly terminal: TestTerminal,
    baseUrl: string,
  ) {
    const { id: terminalId, platformKey: sealTo } = terminal;
    this.#outbox = openOutbox(join(this.#folder, 'terminal.db'), { terminalId, sealTo, localKey: new Uint8Array(32).fill(3), clock: { now: this.#now }, crypto: nodeCrypto });
    this.#client = this.#clientOf(baseUrl);
  }

  readonly #now = (): number => this.world.clock.now;

  #clientOf(baseUrl: string): PlatformClient {
    const { id: terminalId, seed } = this.terminal;
    const onServerTime = (): undefined => undefined;
    return new PlatformClient({ baseUrl, timeoutMs: 10_000, fetch, terminalId, seed, crypto: nodeCrypto, now: this.#now, platformKeys: () => this.#platformKeys(), onServerTime });
  }

  /** The platform serves somewhere else now. */
  reconnect(baseUrl: string): void {
    this.#client = this.#clientOf(baseUrl);
  }

  static async enrol(world: World, access?: TerminalAccess): Promise<AccessTerminal> {
    const baseUrl = await listening(world.app);
    const terminal = new TestTerminal(world.app, () => world.clock.now);
    await terminal.enrol(await world.code(['3303'], access));
    return new AccessTerminal(world, terminal, baseUrl);
  }

  #platformKeys(): { kid: Uint8Array; key: Uint8Array; from: number; until: number }[] {
    const { platform, validFrom: from, validUntil: until } = this.world.platform.keys;
    return [{ kid: platform.kid, key: platform.publicKey, from, until }];
  }

  get today(): string {
    return dateInChina(this.world.clock.now);
  }

  /** `new`, `same`, or the code of the failure. */
  async pull(): Promise<string> {
    try {
      const pulled = await pullAccess({ client: this.#client, outbox: this.#outbox, terminalId: this.terminal.id, today: () => this.today, crypto: nodeCrypto, platformKeys: () => this.#platformKeys() });
      return pulled ? 'new' : 'same';
    } catch (error) {
      if (error instanceof CodedError) return error.code;
      throw error;
    }
  }

  /** What is held, its chain followed. */
  bundle(): CvBundle {
    const held = storedAccess(this.#outbox);
    if (held === undefined) throw new Error('no certificate is held');
    const read = readCvBundle(held, this.today);
    if (!read.ok) throw new Error(read.reason);
    return read.bundle;
  }

  /** A bundle that is new and in force. */
  async pulled(): Promise<CvBundle> {
    const result = await this.pull();
    if (result !== 'new') throw new Error(result);
    return this.bundle();
  }

  close(): void {
    this.#outbox.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const listening = async (app: FastifyInstance): Promise<string> => {
  const address = app.server.address();
  return address === null || typeof address === 'string' ? app.listen({ host: '127.0.0.1', port: 0 }) : `http://127.0.0.1:${address.port}`;
};

/** Whether Debian's cvc-print (OpenPACE) verifies each certificate of a bundle under those before it, by the machine's clock; its words where it does not. */
export const printed = ({ authorities, verifier, terminal }: CvBundle): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'cvc-print-'));
  try {
    return [...authorities, verifier, terminal].map(({ holderReference, encoded }) => {
      const file = join(folder, holderReference);
      writeFileSync(file, encoded);
      const { stdout, stderr, error } = spawnSync('cvc-print', [`--cvc=${file}`, `--cvc-dir=${folder}`], { encoding: 'utf8' });
      if (error !== undefined) throw error;
      return stdout.split('\n').some((line) => line.trim() === 'certificate verified') ? 'verified' : stdout + stderr;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
};
