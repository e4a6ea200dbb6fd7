import type { Application, Outcome, RecordType, RevocationRecord } from '../../contract/index.js';
import { addDays, addMonths, dateInChina } from '../../permit/index.js';
import { addOperator, createEnrolmentCode, initPlatform, openPlatform } from '../../platform/index.js';
import { CounterDesk, enrolTerminal, openTerminal, syncTerminal, type Terminal } from '../../service/index.js';
import { startVirtualReader, stopVirtualReader, waitForCardEnd } from '../../emulator/index.js';
import { copyCard, ensureReader, makeBlanks, putCard } from '../cards.js';
import { demoPeople, keyStoreOf, type DataFolder } from '../data-folder.js';
import { inventAdult, inventChild, portraitOf } from '../invented/index.js';
import type { Output } from '../output.js';
import { Holder } from './holder.js';
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

/** A permit of the story: its number, the card on the shelf, and what is printed on it. */
interface Permit {
  readonly number: string;
  readonly card: string;
  readonly serial: string;
  readonly can: string;
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
  readonly #permits = new Map<string, Permit>();
  readonly holder: Holder;

  constructor(
    private readonly folder: DataFolder,
    private readonly output: Output,
  ) {
    this.ledger = new Ledger(folder.root);
    this.holder = new Holder(this, folder);
  }

  /** Runs one scene and compares how it came out with how it is told. */
  async scene(step: string, told: string, expected: string, play: () => Promise<string>): Promise<void> {
    const began = performance.now();
    const terminals = [this.#terminal, this.holder.kiosk].filter((each) => each !== undefined);
    for (const terminal of terminals) terminal.traffic = { apdus: 0, bytes: 0 };
    this.output.line(`\n  ${told}`);
    const outcome = await play();
    const [apdus, bytes] = (['apdus', 'bytes'] as const).map((each) => terminals.reduce((sum, { traffic }) => sum + traffic[each], 0)) as [number, number];
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
    const blanks = await makeBlanks(this.folder, 10, enrolled.value.terminal);
    if (!blanks.ok) return blanks.code;
    this.#blanks = blanks.value.cards;
    const { PCSCLITE_CSOCK_NAME } = await this.#readerEnvironment();
    this.#terminal = openTerminal(this.folder.terminal, { env: { PCSCLITE_CSOCK_NAME }, waitForCardMs: 5_000 });
    return 'done';
  }

  async sync(): Promise<string> {
    try {
      const synced = await syncTerminal(this.counter, { years: [Number(oldDay.slice(0, 4)), Number(this.#anniversary().slice(0, 4))] });
      return synced.ok ? 'done' : synced.code;
    } catch (error) {
      return (error as { code?: string }).code ?? 'INTERNAL';
    }
  }

  /** Who works at the counter: an operator and a supervisor, known to the platform. */
  async hire(): Promise<string> {
    const { operator, supervisor } = demoPeople(this.folder.root);
    const platform = await openPlatform(this.folder.platform);
    try {
      for (const [{ id, password }, role] of [[operator, 'operator'], [supervisor, 'supervisor']] as const) {
        const added = await addOperator(platform, id, role === 'operator' ? '窗口甲' : '主管乙', role, ['3303'], password);
        if (!added.ok) return added.code;
      }
      return 'done';
    } finally {
      await platform.close();
    }
  }

  async signIn(password = demoPeople(this.folder.root).operator.password): Promise<string> {
    const session = await this.counter.signIn(demoPeople(this.folder.root).operator.id, password);
    return session.ok ? session.value.role : session.code;
  }

  /** The day of a permit whose first year ends in ten days. */
  #anniversary(): string {
    return addDays(addMonths(dateInChina(this.counter.clock.now()), -12), 10);
  }

  person(who: 'old-rules' | 'adult' | 'child' | 'adult-2' | 'adult-3' | 'anniversary'): Person {
    const today = dateInChina(this.counter.clock.now());
    const seeds = { 'old-rules': 11, adult: 22, child: 33, 'adult-2': 44, 'adult-3': 55, anniversary: 66 };
    const onDate = who === 'old-rules' ? oldDay : who === 'anniversary' ? this.#anniversary() : today;
    const application = who === 'child' ? inventChild({ seed: seeds.child, onDate }) : inventAdult({ seed: seeds[who], onDate, kind: 'residence' });
    return { day: onDate, application, photo: portraitOf(application, onDate) };
  }

  /** Puts the next blank down and issues onto it. */
  async issue(name: string, person: Person, options: { issued?: string; receipt?: string } = {}): Promise<string> {
    const card = this.#blanks.shift();
    if (card === undefined) return 'no blank';
    await this.#put(card);
    return this.#issued(name, card, await this.counter.issue(person.application, person.photo, { ...options, onStep: this.#progress() }));
  }

  /** Begins a card that loses its power at an APDU, then puts it back and finishes it. */
  async issueTorn(person: Person, at: number): Promise<string> {
    const card = this.#blanks.shift();
    if (card === undefined) return 'no blank';
    await this.#put(card, { tearAtApdu: { at, when: 'after' } });
    const torn = await this.counter.issue(person.application, person.photo, { onStep: this.#progress() });
    if (torn.ok) return 'not torn';
    await waitForCardEnd(this.folder.reader, 0, 3_000);
    this.#tornCard = card;
    return torn.code;
  }

  #tornCard = '';

  async resumeTorn(name: string, person: Person): Promise<string> {
    await this.#put(this.#tornCard);
    const outcome = await this.counter.issue(person.application, person.photo, { onStep: this.#progress() });
    const said = this.#issued(name, this.#tornCard, outcome);
    return said === 'done' && outcome.ok && outcome.value.resumed ? 'resumed' : said;
  }

  /** Verifies somebody's card, or a copy of it without the private key. */
  async verify(name: string, options: { copied?: boolean } = {}): Promise<string> {
    const permit = this.#permits.get(name);
    if (permit === undefined) return 'no permit';
    await (options.copied === true ? this.#put(copyCard(this.folder, permit.card), { clone: 'other-key' }) : this.#put(permit.card));
    const outcome = await this.counter.verify();
    if (!outcome.ok) return outcome.code;
    this.#capture('verification', outcome.value.seq, outcome.value.verdict.permitNumber ?? '');
    return outcome.value.verdict.result;
  }

  /** Accepts, completes and approves the application of somebody who gets a first card; the receipt is what `issue` is given. */
  async apply(person: Person): Promise<string> {
    const accepted = await this.#desk.accept({ application: person.application, purpose: 'first', missingPapers: ['lease'] });
    if (!accepted.ok) return accepted.code;
    const { receipt } = accepted.value;
    this.#capture('acceptance', accepted.value.seq, '');
    const early = await this.#desk.review(receipt, 'approved');
    if (early.ok || early.code !== 'PAPERS_MISSING') return 'reviewed with a paper missing';
    const completed = await this.#desk.supplement(receipt, []);
    if (!completed.ok) return completed.code;
    this.#capture('supplement', completed.value.seq, '');
    const reviewed = await this.#desk.review(receipt, 'approved');
    if (!reviewed.ok) return reviewed.code;
    this.#capture('review', reviewed.value.seq, '');
    this.receipt = receipt;
    return 'done';
  }

  /** of the application that was approved last */
  receipt = '';

  async register(person: Person): Promise<string> {
    return this.#recorded('registration', '', await this.#desk.register(person.application));
  }

  async handOver(name: string, oldCard: 'none' | 'returned' = 'none', receivedBy: 'holder' | 'guardian' = 'holder'): Promise<string> {
    const { number, serial } = this.permitOf(name);
    return this.#recorded('hand-over', number, await this.#desk.handOver({ permitNumber: number, serial, receivedBy, oldCard }));
  }

  async endorse(name: string): Promise<string> {
    const { number, card } = this.permitOf(name);
    await this.#put(card);
    return this.#recorded('endorsement', number, await this.counter.endorse({ by: this.#by }, { onStep: this.#progress() }));
  }

  /** Into another house of the same street. */
  async move(name: string, person: Person): Promise<string> {
    const { number, card } = this.permitOf(name);
    await this.#put(card);
    const today = dateInChina(this.counter.clock.now());
    const residence = { ...person.application.residence, address: `${person.application.residence.address} 后楼`, since: today };
    return this.#recorded('residence-change', number, await this.counter.move({ residence, changedOn: today, by: this.#by }, { onStep: this.#progress() }));
  }

  /** Another card: the old one comes back over the counter, the new one is made onto a blank. Afterwards `name` has the new card and `oldName` the old one. */
  async replace(name: string, oldName: string, person: Person, reason: 'damaged' | 'correction'): Promise<string> {
    const old = this.permitOf(name);
    const card = this.#blanks.shift();
    if (card === undefined) return 'no blank';
    const facts = await this.#desk.facts(old.number);
    if (!facts.ok) return facts.code;
    if (facts.value === undefined) return 'PERMIT_FACTS_MISSING';
    const { issuedOn, goodUntil } = facts.value;
    const known = { permitNumber: old.number, issued: issuedOn, ...(goodUntil === undefined ? {} : { goodUntil }), by: this.#by };
    const approved = reason === 'correction' ? await this.#approval('correct') : undefined;
    if (approved?.ok === false) return approved.code;
    await this.#put(card);
    const outcome =
      approved === undefined
        ? await this.counter.replace(person.application, person.photo, { ...known, reason: 'damaged', oldCard: 'returned' }, { onStep: this.#progress() })
        : await this.counter.correct(person.application, person.photo, { ...known, approvedBy: approved.value.approvedBy }, { onStep: this.#progress() });
    const said = this.#issued(name, card, outcome);
    if (!outcome.ok) return said;
    this.#permits.set(oldName, old);
    // The old card's return is captured with the new one, behind it.
    this.#capture('card-return', outcome.value.seq + 1, old.number);
    if (reason === 'correction') return said;
    const fee = await this.#desk.takeFee(old.number, 'damaged');
    return this.#recorded('fee', old.number, fee);
  }

  /** A status by two people, each with the own password. */
  async changeStatus(name: string, status: RevocationRecord['status'], reason: RevocationRecord['reason']): Promise<string> {
    const { number } = this.permitOf(name);
    const approved = await this.#approval(status === 0 ? 'restore' : status === 2 ? 'suspend' : 'cancel');
    if (!approved.ok) return approved.code;
    return this.#recorded('revocation', number, await this.#desk.changeStatus({ permitNumber: number, status, reason, approvedBy: approved.value.approvedBy }));
  }

  async closeDay(): Promise<string> {
    const { fees, expected } = this.#desk.books();
    return this.#recorded('reconciliation', '', await this.#desk.closeDay({ fen: fees.fen, blanks: expected }));
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
    await this.holder.close();
    await this.#terminal?.close();
    await this.#platform?.stop();
    if (!keep) await stopVirtualReader(this.folder.reader);
  }

  async #readerEnvironment(): Promise<{ PCSCLITE_CSOCK_NAME: string }> {
    return { PCSCLITE_CSOCK_NAME: (await ensureReader(this.folder)).socket };
  }

  get counter(): Terminal {
    if (this.#terminal === undefined) throw new Error('the terminal is not enrolled yet');
    return this.#terminal;
  }

  get #running(): PlatformProcess {
    if (this.#platform === undefined) throw new Error('the platform is not running yet');
    return this.#platform;
  }

  async #put(card: string, faults?: Parameters<typeof putCard>[3]): Promise<void> {
    const put = await putCard(this.folder, card, 0, faults, () => this.counter.readers());
    if (!put.ok) throw new Error(put.code);
  }

  get #desk(): CounterDesk {
    return new CounterDesk(this.counter);
  }

  get #by(): string {
    return this.counter.session?.id ?? '';
  }

  #approval(task: 'correct' | 'suspend' | 'restore' | 'cancel') {
    const { supervisor } = demoPeople(this.folder.root);
    return this.counter.approve(task, supervisor.id, supervisor.password);
  }

  permitOf(name: string): Permit {
    const permit = this.#permits.get(name);
    if (permit === undefined) throw new Error(`nobody issued a permit to ${name}`);
    return permit;
  }

  #recorded(type: RecordType, permitNumber: string, outcome: Outcome<{ seq?: number }>): string {
    if (!outcome.ok) return outcome.code;
    if (outcome.value.seq !== undefined) this.#capture(type, outcome.value.seq, permitNumber);
    return 'done';
  }

  #issued(name: string, card: string, outcome: Outcome<{ permitNumber: string; serial: string; can: string; seq: number }>): string {
    if (!outcome.ok) return outcome.code;
    const { permitNumber, serial, can, seq } = outcome.value;
    this.#permits.set(name, { number: permitNumber, card, serial, can });
    this.#capture('issue', seq, permitNumber);
    return 'done';
  }

  #capture(type: RecordType, seq: number, permitNumber: string): void {
    this.capture(this.counter, type, seq, permitNumber);
  }

  capture(by: Terminal, type: RecordType, seq: number, permitNumber: string): void {
    const { terminal, epoch } = by.outbox.counts();
    this.ledger.add({ type, terminal, epoch, seq, permitNumber });
  }

  /** Puts somebody's card on the reader. */
  put(name: string): Promise<void> {
    return this.#put(this.permitOf(name).card);
  }

  async openKiosk(): Promise<string> {
    return this.holder.openKiosk(this.#running.url, await this.#readerEnvironment());
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
