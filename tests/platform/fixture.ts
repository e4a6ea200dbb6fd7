import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { FastifyInstance } from 'fastify';
import { buildServer, createEnrolmentCode, initPlatform, openPlatform, registerBlanks, type InitOptions, type Platform, type Settings, type TerminalAccess } from '../../src/platform/index.js';
import { TestTerminal } from './terminal.js';

/** A platform in a temporary folder with its server, a clock that the test moves, and terminals. */
export class World {
  private constructor(
    readonly dir: string,
    public platform: Platform,
    public app: FastifyInstance,
    readonly clock: { now: number },
    readonly settings: Partial<Settings>,
  ) {}

  static async make(settings: Partial<Settings> = {}, pkcs11?: InitOptions['pkcs11']): Promise<World> {
    const dir = mkdtempSync(join(tmpdir(), 'platform-'));
    const clock = { now: 1_795_000_000 };
    const platform = await initPlatform(dir, { environment: 'test', name: 'test platform', clock: () => clock.now, settings, pkcs11 });
    return new World(dir, platform, await buildServer(platform), clock, settings);
  }

  async code(prefixes: readonly string[] = ['3303'], access?: TerminalAccess): Promise<string> {
    const made = await createEnrolmentCode(this.platform, '窗口', prefixes, access);
    if (!made.ok) throw new Error(made.code);
    return made.value.code;
  }

  /** A terminal with certificate and `blanks` allotted blanks. */
  async terminal(blanks = 5): Promise<{ terminal: TestTerminal; serials: string[] }> {
    const terminal = new TestTerminal(this.app, () => this.clock.now);
    await terminal.enrol(await this.code());
    await terminal.certify();
    if (blanks > 0) await registerBlanks(this.platform, blanks, terminal.id);
    return { terminal, serials: await terminal.serials() };
  }

  /** What a process that starts anew finds. */
  async restart(...terminals: TestTerminal[]): Promise<void> {
    await this.app.close();
    await this.platform.close();
    this.platform = await openPlatform(this.dir, { clock: () => this.clock.now, settings: this.settings });
    this.app = await buildServer(this.platform);
    for (const terminal of terminals) terminal.app = this.app;
  }

  /** Reads the database as an auditor would. */
  rows<T = Record<string, unknown>>(sql: string): T[] {
    const db = new Database(join(this.dir, 'platform.db'), { readonly: true });
    try {
      return db.prepare(sql).all() as T[];
    } finally {
      db.close();
    }
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.platform.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
