import { join } from 'node:path';
import { PcscSupervisor, type ReaderState } from '../../drivers/pcsc/index.js';
import { done, failed, type Outcome, type Operation, type RecordType, type TerminalRules } from '../contract/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { openOutbox, type Outbox } from '../outbox/index.js';
import { terminalRules } from '../sync/index.js';
import {
  changeHolderPin, changeResidence, endCard, issuePermit, matchBody, readCardLog, readPermit, refuseEndorsement, renewEndorsement, replacePermit, resetHolderPin, resumePermit, resumeUpdate, setHolderPin,
  signPresence, spoilCard, verifyPermit, writeService, type AccessLog, type CardContext, type OnVerdict, type CardPresence, type PinDone, type PrintedBody,
  type Clock, type EndOptions, type EndorsementOptions, type Issued, type IssueOptions, type Read, type RefusedEndorsement, type Replacement, type ResidenceChange,
  type ServiceWrite, type Settled, type Step, type Updated, type Verified, type VerifyContext,
} from '../workflows/index.js';
import { ChannelError, observedChannel, type CardChannel, type Traffic } from '../card/index.js';
import { CaseIndex } from './case-index.js';
import { loadIdentity, type KeyStoreChoice, type TerminalIdentity } from './identity.js';
import { madeCards, type MadeCards } from './made-cards.js';
import { Operators, type Approval, type Session } from './operators.js';
import { PulledAccess } from './pulled-access.js';
import { PulledTrust } from './pulled-trust.js';
import { holdersOwn, type Task } from './roles.js';
import { ShiftHistory } from './shift-history.js';

export interface TerminalOptions extends KeyStoreChoice {
  /** seconds since 1970 UTC; the machine's clock unless stated */
  readonly clock?: () => number;
  /** seconds of a clock that nobody sets; the machine's unless stated */
  readonly monotonic?: () => number;
  /** for the reader process: PCSCLITE_CSOCK_NAME of a private pcscd */
  readonly env?: Readonly<Record<string, string>>;
  /** how old a status list may be for a verdict, seconds; what the city's rules say for the mode unless stated */
  readonly maxListAgeSeconds?: number;
  readonly mode?: 'counter' | 'kiosk' | 'police';
  /** how long to wait for a card to be put down, milliseconds */
  readonly waitForCardMs?: number;
}

export interface WorkOptions {
  readonly reader?: string | undefined;
  readonly onStep?: (step: Step) => void;
}

/** `permitNumber`: the permit whose card is meant; absent: whichever lies there. CARD_OTHER_PERMIT */
export interface PinOptions extends WorkOptions {
  readonly permitNumber?: string | undefined;
}

/** A check of a card, by an officer with why and where. */
export interface CheckOptions extends WorkOptions {
  readonly operation?: Operation | undefined;
  /** the verdict before the card is opened; only where the terminal may open it */
  readonly onVerdict?: OnVerdict;
}

/** A desk only reads: no card makes a key there, and an officer is told of a silent one within seconds. Milliseconds. */
const deskDeadlines = { connectMs: 4_000, transmitMs: 2_500 };

export const statusListUri = 'urn:wz:residence-permit:status-list:1';

/** One terminal put together: its outbox, its readers, what it trusts. One process holds it; workflows run one after the other. */
export class Terminal {
  readonly identity: TerminalIdentity;
  readonly outbox: Outbox;
  readonly trust: PulledTrust;
  readonly access: PulledAccess;
  readonly operators: Operators;
  readonly clock: Clock;
  /** The shift's history of checks. */
  readonly history: ShiftHistory;
  /** What applications become when their cards are made. */
  readonly made: MadeCards;
  /** Local cases in memory, for the counter's search. */
  readonly cases: CaseIndex;
  readonly #options: TerminalOptions;
  /** what crossed the reader in the last workflow, whatever became of it */
  traffic: Traffic = { apdus: 0, bytes: 0 };
  #readers: PcscSupervisor | undefined;
  #rules: TerminalRules | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, options: TerminalOptions = {}) {
    this.#options = options;
    this.identity = loadIdentity(folder, options);
    const now = options.clock ?? (() => Math.floor(Date.now() / 1000));
    const { terminalId, platformSealing, deviceKey } = this.identity;
    const monotonic = options.monotonic ?? (() => performance.now() / 1000);
    this.outbox = openOutbox(join(folder, 'terminal.db'), { terminalId, sealTo: platformSealing, deviceKey, clock: { now, monotonic }, crypto: nodeCrypto });
    try {
      this.operators = new Operators(this.outbox, this.identity, { now, monotonic });
      this.outbox.setLimit(this.rules().outboxLimit);
      this.trust = new PulledTrust(this.outbox, this.identity, nodeCrypto, now);
      this.access = new PulledAccess(this.outbox, now);
    } catch (error) {
      this.outbox.close();
      throw error;
    }
    this.clock = {
      now,
      // The platform's last signed time, moved on since, is a lower bound (with the tolerance of a slow clock); a skew seen at the last sync stands until a sync sees none.
      trustworthy: () => this.outbox.settings.get('clock-wrong') !== true && now() + 300 >= this.outbox.knownTime(),
    };
    this.made = madeCards(this);
    this.cases = new CaseIndex(this.outbox);
    this.history = new ShiftHistory({ outbox: this.outbox, operators: this.operators, trust: this.trust, clock: this.clock });
  }

  /** What the city sets, as last pulled. */
  rules(): TerminalRules {
    this.#rules ??= terminalRules(this.outbox);
    return this.#rules;
  }

  /** Readers of PC/SC with their cards. Throws ChannelError READER_SERVICE_DOWN. */
  readers(): Promise<readonly ReaderState[]> {
    return this.supervisor.readers();
  }

  get mode(): 'counter' | 'kiosk' | 'police' {
    return this.#options.mode ?? 'counter';
  }

  get supervisor(): PcscSupervisor {
    this.#readers ??= PcscSupervisor.start({ ...(this.#options.env === undefined ? {} : { env: this.#options.env }), ...(this.mode === 'police' ? { deadlines: deskDeadlines } : {}) });
    return this.#readers;
  }

  /** Who is signed in; undefined also at a terminal without operators. */
  get session(): Session | undefined {
    return this.operators.session;
  }

  /** OPERATOR_UNKNOWN, OPERATOR_PASSWORD_WRONG, OPERATOR_LOCKED, OPERATOR_DISABLED, OPERATORS_STALE */
  signIn(id: string, password: string): Promise<Outcome<Session>> {
    return this.#inTurn(() => this.operators.signIn(id, password));
  }

  /** Ends the reader process and begins another, once the work in hand is done; the readers that it sees. @throws ChannelError READER_SERVICE_DOWN */
  restartReaders(): Promise<number> {
    return this.#inTurn(async () => {
      await this.supervisor.restart();
      return (await this.readers()).length;
    });
  }

  /** Ends the session once the work in hand is done: a card that is being written is finished first. `shiftEnds` false: the screen locked itself, the shift's history is kept for the same person. */
  signOut({ shiftEnds = true }: { readonly shiftEnds?: boolean } = {}): Promise<void> {
    return this.#inTurn(async () => this.operators.signOut(shiftEnds));
  }

  /** SIGN_IN_REQUIRED, ROLE_REQUIRED; the value is undefined at a terminal without operators. */
  require(task: Task): Outcome<Session | undefined> {
    return this.operators.require(task);
  }

  /** A second person approves what the signed-in one asks for. APPROVAL_REQUIRED, SIGN_IN_REQUIRED, ROLE_REQUIRED, and the refusals of a sign-in */
  async approve(task: Task, approverId: string, approverPassword: string): Promise<Outcome<Approval>> {
    const asking = this.require(task);
    if (!asking.ok) return asking;
    return asking.value === undefined ? failed('SIGN_IN_REQUIRED') : this.operators.approve(task, approverId, approverPassword, asking.value.id);
  }

  /** What a sync brought comes into force, operators once the work in hand is done. */
  async pulled(): Promise<void> {
    this.trust.reload();
    this.access.reload();
    this.#rules = undefined;
    this.outbox.setLimit(this.rules().outboxLimit);
    await this.#inTurn(async () => this.operators.refresh());
  }

  /** With `receipt` the application that it was made for waits for its holder from now on. */
  issue(application: unknown, photo: Uint8Array, work: WorkOptions & IssueOptions = {}): Promise<Outcome<Issued>> {
    const { reader, onStep, ...options } = work;
    return this.#making('issue', { reader, ...(onStep === undefined ? {} : { onStep }) }, (ctx) => this.#once(options.receipt, () => issuePermit({ ...ctx, ...this.#issuing() }, application, photo, options)), 'issue');
  }

  resume(work: WorkOptions = {}): Promise<Outcome<Issued>> {
    return this.#making('issue', work, (ctx) => resumePermit({ ...ctx, ...this.#issuing() }));
  }

  async spoil(serial: string, reason: string): Promise<Outcome<number>> {
    const allowed = this.require('stock');
    if (!allowed.ok) return allowed;
    this.made.settle();
    this.made.giveUp(serial);
    return spoilCard({ journal: this.outbox.journal, clock: this.clock }, serial, reason, allowed.value?.id);
  }

  /** OPERATION_REQUIRED: police, without why and where */
  async verify(work: CheckOptions = {}): Promise<Outcome<Verified>> {
    const why = this.asked(work.operation);
    return why.ok ? this.#onCard('verify', work, (ctx) => verifyPermit({ ...ctx, ...this.#verifying(), ...why.value }), 'verification') : why;
  }

  /** `pin`: at a kiosk, six ASCII digits; wiped, whatever becomes of it. OPERATION_REQUIRED: police, without why and where */
  async read(work: CheckOptions = {}, pin?: Uint8Array): Promise<Outcome<Read>> {
    const why = this.asked(work.operation);
    if (!why.ok) {
      pin?.fill(0);
      return why;
    }
    return this.#holding('read', work, [pin], (ctx) => readPermit({ ...ctx, ...why.value }, pin, work.onVerdict), 'verification');
  }

  /** Why and where of a check or a look-up: an officer's has both. OPERATION_REQUIRED */
  asked(operation: Operation | undefined): Outcome<{ readonly operation?: Operation }> {
    if (operation === undefined) return this.mode === 'police' ? failed('OPERATION_REQUIRED') : done({});
    return done({ operation });
  }

  /** Who read the card that lies there; `pin` as in `read`. */
  cardLog(work: WorkOptions = {}, pin?: Uint8Array): Promise<Outcome<AccessLog>> {
    return this.#holding('access-log', work, [pin], (ctx) => readCardLog(ctx, pin));
  }

  /** The holder sets the PIN of the card that lies there, on a device that only the holder sees. */
  setPin(pin: Uint8Array, { permitNumber, ...work }: PinOptions = {}): Promise<Outcome<PinDone>> {
    return this.#holding('pin', work, [pin], (ctx) => setHolderPin(ctx, pin, { ...this.#by(), permitNumber }), 'pin');
  }

  changePin(old: Uint8Array, pin: Uint8Array, { permitNumber, ...work }: PinOptions = {}): Promise<Outcome<PinDone>> {
    return this.#holding('change-pin', work, [old, pin], (ctx) => changeHolderPin(ctx, old, pin, { ...this.#by(), permitNumber }), 'pin');
  }

  /** A forgotten or blocked PIN becomes unset. */
  resetPin({ permitNumber, ...work }: PinOptions = {}): Promise<Outcome<PinDone>> {
    return this.#holding('pin', work, [], (ctx) => resetHolderPin(ctx, { ...this.#by(), permitNumber }), 'pin');
  }

  /** Number and CAN as printed against the chip that lies there. */
  matchBody(body: PrintedBody, work: WorkOptions = {}): Promise<Outcome<{ readonly permitNumber: string }>> {
    return this.#holding('match-body', work, [], (ctx) => matchBody(ctx, body));
  }

  /** Ends the chip of a card that came back. */
  endCard(permitNumber: string, { keep, ...work }: WorkOptions & EndOptions = {}): Promise<Outcome<{ readonly permitNumber: string }>> {
    return this.#holding('end-card', work, [], (ctx) => endCard({ ...ctx, journal: this.outbox.journal }, permitNumber, { keep }));
  }

  /** The card's own signature over a digest of 32 bytes, opened by the holder's PIN. */
  signPresence(digest: Uint8Array, pin: Uint8Array, work: WorkOptions = {}): Promise<Outcome<CardPresence>> {
    return this.#holding('sign-presence', work, [pin], (ctx) => signPresence(ctx, digest, pin));
  }

  /** The yearly endorsement of the card that lies there. */
  endorse(options: EndorsementOptions, work: WorkOptions = {}): Promise<Outcome<Updated>> {
    return this.#onCard('endorse', work, (ctx) => renewEndorsement({ ...ctx, ...this.#updating() }, options), 'endorsement');
  }

  /** The endorsement is refused, with a written reason: a record, no card. */
  async refuseEndorsement(refused: RefusedEndorsement): Promise<Outcome<number>> {
    const allowed = this.require('endorse');
    if (!allowed.ok) return allowed;
    return refuseEndorsement({ outbox: this.outbox, clock: this.clock }, refused);
  }

  /** Change of address or workplace. */
  move(change: ResidenceChange, work: WorkOptions = {}): Promise<Outcome<Updated>> {
    return this.#onCard('move', work, (ctx) => changeResidence({ ...ctx, ...this.#updating() }, change), 'residence-change');
  }

  writeService(write: ServiceWrite, work: WorkOptions = {}): Promise<Outcome<Updated>> {
    return this.#onCard('endorse', work, (ctx) => writeService({ ...ctx, ...this.#updating() }, write));
  }

  /** Another card of a permit, onto the blank that lies there. */
  replace(application: unknown, photo: Uint8Array, replaces: Replacement, work: WorkOptions & Pick<IssueOptions, 'receipt'> = {}): Promise<Outcome<Issued>> {
    const { receipt } = work;
    const task = replaces.reason === 'correction' ? 'correct' : 'replace';
    const options = receipt === undefined ? {} : { receipt };
    return this.#making(task, work, (ctx) => this.#once(receipt, () => replacePermit({ ...ctx, ...this.#issuing() }, application, photo, replaces, options)), 'issue');
  }

  /** A mistake on a card that was issued today: the card is taken back and made anew, by two people. */
  correct(application: unknown, photo: Uint8Array, corrected: Omit<Replacement, 'reason' | 'oldCard'>, work: WorkOptions = {}): Promise<Outcome<Issued>> {
    return this.replace(application, photo, { ...corrected, reason: 'correction', oldCard: 'returned' }, work);
  }

  /** Finishes what was begun on the issued card that lies there. */
  resumeUpdate(work: WorkOptions = {}): Promise<Outcome<Settled | { readonly how: 'nothing' }>> {
    return this.#onCard('endorse', work, (ctx) => resumeUpdate({ ...ctx, ...this.#updating() }));
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => undefined);
    this.history.stop();
    this.cases.close();
    await this.#readers?.stop();
    this.outbox.close();
  }

  /** Work that may end with a card that is registered: its application hears of it, also where the process dies in between. */
  async #making(task: Task, { onStep, ...work }: WorkOptions, run: (ctx: CardContext) => Promise<Outcome<Issued>>, captures?: RecordType): Promise<Outcome<Issued>> {
    const told = (step: Step): void => {
      if (step.step === 'register' && step.done === 0) this.made.noteReadBack();
      onStep?.(step);
    };
    const issued = await this.#onCard(task, { ...work, onStep: told }, run, captures);
    if (issued.ok) this.made.settle();
    return issued;
  }

  /** Asked for twice, at two readers or by two windows, an application becomes one card all the same: who waited meanwhile is told that it was made. STATE_NOT_ALLOWED */
  #once(receipt: string | undefined, run: () => Promise<Outcome<Issued>>): Promise<Outcome<Issued>> {
    const made = receipt === undefined || this.outbox.local.locked ? undefined : this.made.of(receipt);
    return made === undefined ? run() : Promise.resolve(failed('STATE_NOT_ALLOWED', 'made issue'));
  }

  #issuing() {
    return { journal: this.outbox.journal, keySets: this.outbox.keySets, numbers: this.outbox.numbers, statusListUri };
  }

  #verifying() {
    const { mode } = this;
    const { maxListAgeSeconds, endorsementDueDayCounts } = this.rules();
    return { ...this.#by(), outbox: this.outbox, known: this.outbox.knownCards, mode, maxListAgeSeconds: this.#options.maxListAgeSeconds ?? maxListAgeSeconds[mode], endorsementDueDayCounts };
  }

  #updating() {
    return { ...this.#verifying(), journal: this.outbox.journal };
  }

  #by(): { readonly by?: string } {
    const { session } = this;
    return session === undefined ? {} : { by: session.id };
  }

  /** Work on an issued card with a holder's secrets: they are wiped also where no card is reached. */
  async #holding<T>(task: Task, work: WorkOptions, secrets: readonly (Uint8Array | undefined)[], run: (ctx: VerifyContext) => Promise<Outcome<T>>, captures?: RecordType): Promise<Outcome<T>> {
    try {
      return await this.#onCard(task, work, (ctx) => run({ ...ctx, ...this.#verifying() }), captures);
    } finally {
      for (const secret of secrets) secret?.fill(0);
    }
  }

  /** Opens the card, runs one workflow on it, gives the reader back: an idle terminal holds none. */
  #onCard<T>(task: Task, { reader, onStep }: WorkOptions, work: (ctx: CardContext) => Promise<Outcome<T>>, captures?: RecordType): Promise<Outcome<T>> {
    return this.#inTurn(async (): Promise<Outcome<T>> => {
      // Before the card is touched: what was begun is finished however full the queue is.
      const admitted = captures === undefined ? undefined : this.outbox.admits(captures);
      if (admitted?.ok === false) return admitted;
      // A kiosk is used by residents, alone: they look at their own card and nobody signs in.
      const allowed = this.#options.mode === 'kiosk' && holdersOwn.includes(task) ? undefined : this.require(task);
      if (allowed?.ok === false) return allowed;
      try {
        const found = await this.supervisor.waitForCard(this.#options.waitForCardMs ?? 1_500, reader);
        if (found === undefined) return await this.#nothingThere(reader);
        const channel: CardChannel & { close(): Promise<void> } = await this.supervisor.connect(found.name);
        try {
          return await work({ channel: this.#counted(channel), trust: this.trust, access: this.access, clock: this.clock, crypto: nodeCrypto, ...(onStep === undefined ? {} : { onStep }) });
        } finally {
          await channel.close();
        }
      } catch (error) {
        if (error instanceof ChannelError) return failed(error.code);
        throw error;
      }
    });
  }

  /** One after the other: nobody signs out, or is signed out, in the middle of a card. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #counted(channel: CardChannel): CardChannel {
    this.traffic = { apdus: 0, bytes: 0 };
    return observedChannel(channel, ({ command, answer }) => {
      const { apdus, bytes } = this.traffic;
      this.traffic = { apdus: apdus + 1, bytes: bytes + command.length + (answer?.length ?? 0) };
    });
  }

  async #nothingThere(reader: string | undefined): Promise<Outcome<never>> {
    const readers = await this.readers();
    const known = reader === undefined ? readers.length > 0 : readers.some((each) => each.name === reader);
    return failed(known ? 'CARD_ABSENT' : 'READER_NOT_FOUND');
  }
}

/** Opens the terminal of a folder. Throws CodedError TERMINAL_NOT_ENROLLED, KEYSTORE_UNAVAILABLE, STORAGE_*. */
export const openTerminal = (folder: string, options: TerminalOptions = {}): Terminal => new Terminal(folder, options);
