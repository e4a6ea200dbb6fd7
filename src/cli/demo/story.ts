import type { Application, Outcome } from '../../contract/index.js';
import { dateInChina } from '../../permit/index.js';
import { createEnrolmentCode, initPlatform, openPlatform } from '../../platform/index.js';
import { enrolTerminal, openTerminal, syncTerminal, type Terminal } from '../../service/index.js';
import { startVirtualReader, stopVirtualReader, waitForCardEnd } from '../../emulator/index.js';
import { copyCard, ensureReader, makeBlanks, putCard } from '../cards.js';
import { keyStoreOf, type DataFolder } from '../data-folder.js';
import { inventAdult, inventChild, portraitOf } from '../invented/index.js';
import type { Output } from '../output.js';
import { Ledger } from './ledger.js';
import { PlatformProcess } from './platform-process.js';

export interface DemoStep {
  readonly step: string;
  readonly outcome: string;
  readonly apdus: number;
  readonly bytes: number;
  readonly ms: number;
}

/** The day of the permit that is carried over from the rules of 2009. */
const oldDay = '2015-06-01';

interface Person {
  /** day of issue */
  readonly day: string;
  readonly application: Application;
  readonly photo: Uint8Array;
}

/** The story's cast, props and books. Each scene is one step: it says what it expects, and a scene that comes out otherwise ends the story. */
export class Story {
  readonly steps: DemoStep[] = [];
  /** every scene so far came out as told */
  good = true;
  readonly ledger: Ledger;
  #platform: PlatformProcess | undefined;
  #terminal: Terminal | undefined;
  #blanks: string[] = [];
  readonly #permits = new Map<string, { number: string; card: string }>();

  constructor(
    private readonly folder: DataFolder,
    private readonly output: Output,
  ) {
    this.ledger = new Ledger(folder.root);
  }

  /** Runs one scene and compares how it came out with how it is told. */
  async scene(step: string, told: string, expected: string, play: () => Promise<string>): Promise<void> {
    const began = performance.now();
    if (this.#terminal !== undefined) this.#terminal.traffic = { apdus: 0, bytes: 0 };
    this.output.line(`\n  ${told}`);
    const outcome = await play();
    const { apdus, bytes } = this.#terminal?.traffic ?? { apdus: 0, bytes: 0 };
    const ms = Math.round(performance.now() - began);
    this.steps.push({ step, outcome, apdus, bytes, ms });
    const good = outcome === expected;
    this.good &&= good;
    this.output.line(`  ${good ? '✓' : '✕'} ${outcome}${good ? '' : ` (expected ${expected})`}${apdus > 0 ? ` · ${apdus} APDU · ${bytes} B` : ''} · ${ms} ms`);
  }

  async openReader(): Promise<string> {
    await startVirtualReader(this.folder.reader);
    return 'done';
  }

  async openPlatform(): Promise<string> {
    const platform = await initPlatform(this.folder.platform, { environment: 'test', name: 'Wenzhou demo' });
    await platform.close();
    this.#platform = await PlatformProcess.start(this.folder.root, 0);
    return 'done';
  }

  async enrol(): Promise<string> {
    const platform = await openPlatform(this.folder.platform);
    const code = await createEnrolmentCode(platform, 'demo counter', ['3303']).finally(() => platform.close());
    if (!code.ok) return code.code;
    const enrolled = await enrolTerminal(this.folder.terminal, this.#running.url, code.value.code, 'demo counter', keyStoreOf(this.folder.root));
    if (!enrolled.ok) return enrolled.code;
    const blanks = await makeBlanks(this.folder, 6, enrolled.value.terminal);
    if (!blanks.ok) return blanks.code;
    this.#blanks = blanks.value.cards;
    const { PCSCLITE_CSOCK_NAME } = await this.#readerEnvironment();
    this.#terminal = openTerminal(this.folder.terminal, { env: { PCSCLITE_CSOCK_NAME }, waitForCardMs: 5_000 });
    return 'done';
  }

  async sync(): Promise<string> {
    try {
      const synced = await syncTerminal(this.#open, { years: [Number(oldDay.slice(0, 4))] });
      return synced.ok ? 'done' : synced.code;
    } catch (error) {
      return (error as { code?: string }).code ?? 'INTERNAL';
    }
  }

  person(who: 'old-rules' | 'adult' | 'child' | 'adult-2' | 'adult-3'): Person {
    const today = dateInChina(this.#open.clock.now());
    const seeds = { 'old-rules': 11, adult: 22, child: 33, 'adult-2': 44, 'adult-3': 55 };
    const onDate = who === 'old-rules' ? oldDay : today;
    const application = who === 'child' ? inventChild({ seed: seeds.child, onDate }) : inventAdult({ seed: seeds[who], onDate, kind: 'residence' });
    return { day: onDate, application, photo: portraitOf(application, onDate) };
  }

  /** Puts the next blank down and issues onto it. */
  async issue(name: string, person: Person, options: { issued?: string } = {}): Promise<string> {
    const card = this.#blanks.shift();
    if (card === undefined) return 'no blank';
    await this.#put(card);
    return this.#issued(name, card, await this.#open.issue(person.application, person.photo, { ...options, onStep: this.#progress() }));
  }

  /** Begins a card that loses its power at an APDU, then puts it back and finishes it. */
  async issueTorn(person: Person, at: number): Promise<string> {
    const card = this.#blanks.shift();
    if (card === undefined) return 'no blank';
    await this.#put(card, { tearAtApdu: { at, when: 'after' } });
    const torn = await this.#open.issue(person.application, person.photo, { onStep: this.#progress() });
    if (torn.ok) return 'not torn';
    await waitForCardEnd(this.folder.reader, 0, 3_000);
    this.#tornCard = card;
    return torn.code;
  }

  #tornCard = '';

  async resumeTorn(name: string, person: Person): Promise<string> {
    await this.#put(this.#tornCard);
    const outcome = await this.#open.issue(person.application, person.photo, { onStep: this.#progress() });
    const said = this.#issued(name, this.#tornCard, outcome);
    return said === 'done' && outcome.ok && outcome.value.resumed ? 'resumed' : said;
  }

  /** Verifies somebody's card, or a copy of it without the private key. */
  async verify(name: string, options: { copied?: boolean } = {}): Promise<string> {
    const permit = this.#permits.get(name);
    if (permit === undefined) return 'no permit';
    await (options.copied === true ? this.#put(copyCard(this.folder, permit.card), { clone: 'other-key' }) : this.#put(permit.card));
    const outcome = await this.#open.verify();
    if (!outcome.ok) return outcome.code;
    this.#capture('verification', outcome.value.seq, outcome.value.verdict.permitNumber ?? '');
    return outcome.value.verdict.result;
  }

  revoke(name: string): string {
    const permit = this.#permits.get(name);
    if (permit === undefined) return 'no permit';
    const outcome = this.#open.revoke({ permitNumber: permit.number, status: 1, reason: 'lost', requestedBy: 'operator-1', approvedBy: 'supervisor-1' });
    if (!outcome.ok) return outcome.code;
    this.#capture('revocation', outcome.value.seq, permit.number);
    return 'done';
  }

  async takePlatformDown(): Promise<string> {
    await this.#running.stop();
    return (await this.sync()) === 'PLATFORM_UNREACHABLE' ? 'done' : 'still there';
  }

  async bringPlatformBack(): Promise<string> {
    this.#platform = await PlatformProcess.start(this.folder.root, this.#running.port);
    return 'done';
  }

  async end(keep: boolean): Promise<void> {
    await this.#terminal?.close();
    await this.#platform?.stop();
    if (!keep) await stopVirtualReader(this.folder.reader);
  }

  async #readerEnvironment(): Promise<{ PCSCLITE_CSOCK_NAME: string }> {
    return { PCSCLITE_CSOCK_NAME: (await ensureReader(this.folder)).socket };
  }

  get #open(): Terminal {
    if (this.#terminal === undefined) throw new Error('the terminal is not enrolled yet');
    return this.#terminal;
  }

  get #running(): PlatformProcess {
    if (this.#platform === undefined) throw new Error('the platform is not running yet');
    return this.#platform;
  }

  async #put(card: string, faults?: Parameters<typeof putCard>[3]): Promise<void> {
    const put = await putCard(this.folder, card, 0, faults, () => this.#open.readers());
    if (!put.ok) throw new Error(put.code);
  }

  #issued(name: string, card: string, outcome: Outcome<{ permitNumber: string; seq: number }>): string {
    if (!outcome.ok) return outcome.code;
    const { permitNumber, seq } = outcome.value;
    this.#permits.set(name, { number: permitNumber, card });
    this.#capture('issue', seq, permitNumber);
    return 'done';
  }

  #capture(type: 'issue' | 'verification' | 'revocation', seq: number, permitNumber: string): void {
    const { terminal, epoch } = this.#open.outbox.counts();
    this.ledger.add({ type, terminal, epoch, seq, permitNumber });
  }

  #progress(): (step: { step: string; done: number; of: number }) => void {
    let last = '';
    return ({ step, done: at, of }) => {
      if (step === 'write' && of > 1 && at > 0 && at < of) return;
      if (step !== last) this.output.progress(`    · ${step}`);
      last = step;
    };
  }
}
