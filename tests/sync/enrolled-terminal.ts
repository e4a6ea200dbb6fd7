import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { registerBlanks } from '../../src/platform/index.js';
import { enrolTerminal, openTerminal, syncTerminal, type SyncOptions, type Terminal } from '../../src/service/index.js';
import type { PullItem } from '../../src/sync/index.js';
import { World } from '../platform/fixture.js';

type Synced = Awaited<ReturnType<typeof syncTerminal>>;

/** A terminal folder enrolled at the real platform on a loopback port, with twelve blank cards and a first sync behind it. */
export class EnrolledTerminal {
  readonly folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  terminal!: Terminal;
  /** The terminal's clock; the platform's is the world's. */
  now: number;
  readonly #open: Terminal[] = [];

  private constructor(
    readonly world: World,
    readonly baseUrl: string,
  ) {
    this.now = world.clock.now;
  }

  static async make(): Promise<EnrolledTerminal> {
    const world = await World.make();
    const hall = new EnrolledTerminal(world, await world.app.listen({ host: '127.0.0.1', port: 0 }));
    expect(await enrolTerminal(hall.folder, hall.baseUrl, await world.code(), '一号窗口', { clock: () => hall.now })).toMatchObject({ ok: true });
    hall.terminal = hall.reopen();
    await registerBlanks(world.platform, 12, hall.terminal.identity.terminalId);
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 0 } } });
    return hall;
  }

  reopen(): Terminal {
    const opened = openTerminal(this.folder, { clock: () => this.now });
    this.#open.push(opened);
    return opened;
  }

  sync(options: SyncOptions = {}): Promise<Synced> {
    return syncTerminal(this.terminal, { divisions: ['330302'], ...options });
  }

  /** What became of one pull in a sync that pushed. */
  async resultOf(item: PullItem, options: SyncOptions = {}): Promise<string> {
    const synced = await this.sync(options);
    if (!synced.ok) return `push: ${synced.code}`;
    const result = synced.value.pulled.results[item];
    return typeof result === 'string' ? result : result.code;
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0)) await one.close();
    await this.world.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
