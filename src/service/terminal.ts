import { join } from 'node:path';
import { PcscSupervisor, type ReaderState } from '../../drivers/pcsc/index.js';
import { failed, type CapturedRecord, type Outcome, type RecordType, type RevocationRecord, type TerminalRules } from '../contract/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { openOutbox, type Outbox } from '../outbox/index.js';
import { terminalRules } from '../sync/index.js';
import {
  issuePermit, readPermit, resumePermit, spoilCard, verifyPermit,
  type CardContext, type Clock, type Issued, type IssueOptions, type Read, type Step, type Verified,
} from '../workflows/index.js';
import { ChannelError, observedChannel, type CardChannel, type Traffic } from '../card/index.js';
import { loadIdentity, type TerminalIdentity } from './identity.js';
import { PulledTrust } from './pulled-trust.js';

export interface TerminalOptions {
  /** seconds since 1970 UTC; the machine's clock unless stated */
  readonly clock?: () => number;
  /** seconds of a counter that nobody sets; the machine's unless stated */
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

export const statusListUri = 'urn:wz:residence-permit:status-list:1';

/** One terminal put together: its outbox, its readers, what it trusts. One process holds it; workflows run one after the other. */
export class Terminal {
  readonly identity: TerminalIdentity;
  readonly outbox: Outbox;
  readonly trust: PulledTrust;
  readonly clock: Clock;
  readonly #options: TerminalOptions;
  /** what crossed the reader in the last workflow, whatever became of it */
  traffic: Traffic = { apdus: 0, bytes: 0 };
  #readers: PcscSupervisor | undefined;
  #rules: TerminalRules | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, options: TerminalOptions = {}) {
    this.#options = options;
    this.identity = loadIdentity(folder);
    const now = options.clock ?? (() => Math.floor(Date.now() / 1000));
    const { terminalId, platformSealing, localKey } = this.identity;
    this.outbox = openOutbox(join(folder, 'terminal.db'), { terminalId, sealTo: platformSealing, localKey, clock: { now, ...(options.monotonic === undefined ? {} : { monotonic: options.monotonic }) }, crypto: nodeCrypto });
    this.outbox.setLimit(this.rules().outboxLimit);
    this.trust = new PulledTrust(this.outbox, this.identity, nodeCrypto, now);
    this.clock = {
      now,
      // The platform's last signed time, moved on since, is a lower bound (with the tolerance of a slow clock); a skew seen at the last sync stands until a sync sees none.
      trustworthy: () => this.outbox.settings.get('clock-wrong') !== true && now() + 300 >= this.outbox.knownTime(),
    };
  }

  /** What the city sets, as last pulled. */
  rules(): TerminalRules {
    this.#rules ??= terminalRules(this.outbox);
    return this.#rules;
  }

  /** Takes up what a sync brought. */
  reload(): void {
    this.trust.reload();
    this.#rules = undefined;
    this.outbox.setLimit(this.rules().outboxLimit);
  }

  /** Readers of PC/SC with their cards. Throws ChannelError READER_SERVICE_DOWN. */
  readers(): Promise<readonly ReaderState[]> {
    return this.supervisor.readers();
  }

  get mode(): 'counter' | 'kiosk' | 'police' {
    return this.#options.mode ?? 'counter';
  }

  get supervisor(): PcscSupervisor {
    this.#readers ??= PcscSupervisor.start(this.#options.env === undefined ? {} : { env: this.#options.env });
    return this.#readers;
  }

  issue(application: unknown, photo: Uint8Array, work: WorkOptions & IssueOptions = {}): Promise<Outcome<Issued>> {
    const { reader, onStep, ...options } = work;
    return this.#admitted('issue', () =>
      this.#onCard({ reader, ...(onStep === undefined ? {} : { onStep }) }, (ctx) => issuePermit({ ...ctx, ...this.#issuing() }, application, photo, options)),
    );
  }

  resume(work: WorkOptions = {}): Promise<Outcome<Issued>> {
    return this.#onCard(work, (ctx) => resumePermit({ ...ctx, ...this.#issuing() }));
  }

  spoil(serial: string, reason: string): Promise<Outcome<number>> {
    return spoilCard({ journal: this.outbox.journal, clock: this.clock }, serial, reason);
  }

  verify(work: WorkOptions = {}): Promise<Outcome<Verified>> {
    return this.#admitted('verification', () => this.#onCard(work, (ctx) => verifyPermit({ ...ctx, ...this.#verifying() })));
  }

  read(work: WorkOptions = {}): Promise<Outcome<Read>> {
    return this.#admitted('verification', () => this.#onCard(work, (ctx) => readPermit({ ...ctx, ...this.#verifying() })));
  }

  /** Captures a revocation with the two people who decided it; it takes effect on the platform. */
  revoke(change: Pick<RevocationRecord, 'permitNumber' | 'status' | 'reason' | 'requestedBy' | 'approvedBy'>): Outcome<{ seq: number }> {
    if (change.approvedBy.trim() === '' || change.approvedBy === change.requestedBy) return failed('APPROVAL_REQUIRED');
    const record: CapturedRecord = { type: 'revocation', ...change, at: this.clock.now() };
    return { ok: true, value: { seq: this.outbox.enqueue(record) } };
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => undefined);
    await this.#readers?.stop();
    this.outbox.close();
  }

  /** New work ends in a record: with a full outbox it does not begin. */
  #admitted<T>(type: RecordType, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const admitted = this.outbox.admits(type);
    return admitted.ok ? work() : Promise.resolve(admitted);
  }

  #issuing() {
    return { journal: this.outbox.journal, keySets: this.outbox.keySets, numbers: this.outbox.numbers, statusListUri };
  }

  #verifying() {
    const { mode } = this;
    return { outbox: this.outbox, mode, maxListAgeSeconds: this.#options.maxListAgeSeconds ?? this.rules().maxListAgeSeconds[mode] };
  }

  /** Opens the card, runs one workflow on it, gives the reader back: an idle terminal holds none. */
  #onCard<T>({ reader, onStep }: WorkOptions, work: (ctx: CardContext) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const run = async (): Promise<Outcome<T>> => {
      try {
        const found = await this.supervisor.waitForCard(this.#options.waitForCardMs ?? 1_500, reader);
        if (found === undefined) return await this.#nothingThere(reader);
        const channel: CardChannel & { close(): Promise<void> } = await this.supervisor.connect(found.name);
        try {
          return await work({ channel: this.#counted(channel), trust: this.trust, clock: this.clock, crypto: nodeCrypto, ...(onStep === undefined ? {} : { onStep }) });
        } finally {
          await channel.close();
        }
      } catch (error) {
        if (error instanceof ChannelError) return failed(error.code);
        throw error;
      }
    };
    const turn = this.#turn.then(run, run);
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

/** Opens the terminal of a folder. Throws CodedError TERMINAL_NOT_ENROLLED, STORAGE_*. */
export const openTerminal = (folder: string, options: TerminalOptions = {}): Terminal => new Terminal(folder, options);
