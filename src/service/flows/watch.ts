import type { ReaderState } from '../../../drivers/pcsc/index.js';
import { CodedError, done, failed, operation as operationShape, type Check, type FailureCode, type HolderShown, type Operation, type Outcome } from '../../contract/index.js';
import type { Verdict } from '../../permit/index.js';
import type { PermitContents } from '../../workflows/index.js';
import type { OperationBook } from '../operation-book.js';
import type { Terminal } from '../terminal.js';
import type { FlowContext } from './context.js';
import type { Flow, RunHandle } from './flow.js';
import { verdictShown } from './verdict-shown.js';

export interface WatchOptions {
  readonly terminal: Terminal;
  readonly operation: Pick<OperationBook, 'current' | 'set' | 'onChange'>;
  /** How long a verdict or a refusal stays on the screen, milliseconds. */
  readonly blankAfterMs?: number;
  /** Pauses before a card that lies there is tried again after its reader failed, milliseconds; then it waits to be lifted. */
  readonly retryMs?: readonly number[];
}

type Told = Exclude<Check, { phase: 'waiting' } | { phase: 'reading' }>;

/** The reader failed, not the card: the same card is tried again. */
const readerFailed: readonly FailureCode[] = ['READER_PROCESS_DIED', 'READER_SERVICE_DOWN', 'READER_TIMEOUT', 'READER_BUSY'];
/** After the last try: a card that kills or silences the reader process does so no oftener, as long as it lies there. */
const exhaustedMs = 60_000;
/** Nobody may check now. */
const nobody: readonly FailureCode[] = ['SIGN_IN_REQUIRED', 'ROLE_REQUIRED'];

/**
 * Police: checks every card that is put down on any reader, until it is cancelled. What PC/SC tells are hints that coalesce: states are compared, and a card that was
 * swapped between two of them shows by PC/SC's own count. A check in hand is finished, and recorded, before the watch ends.
 */
export const watchFlow =
  (options: WatchOptions): Flow<'watch'> =>
  (handle) =>
    new Watch(options, handle).run();

/** As the service runs it. SIGN_IN_REQUIRED, ROLE_REQUIRED: nobody is asked for an operation who may not check. */
export const watch = (context: FlowContext): Flow<'watch'> => async (handle, input) => {
  const terminal = context.terminal();
  const allowed = terminal.require('verify');
  return allowed.ok ? watchFlow({ terminal, operation: context.operation })(handle, input) : allowed;
};

class Watch {
  readonly #terminal: Terminal;
  #readers: readonly ReaderState[] = [];
  /** Reader → PC/SC's count at the card that was checked there. */
  readonly #checked = new Map<string, number>();
  /** Reader → the card at which it failed. It rests between two tries, also where the reader went and came back meanwhile: its process may have died of this card. */
  readonly #tries = new Map<string, { readonly events: number; readonly tries: number; resting: boolean }>();
  /** What is on the screen, and whose card it tells of. */
  #shown: { readonly told: Told; readonly card: ReaderState } | undefined;
  #blanking: NodeJS.Timeout | undefined;
  #asked = 0;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly options: WatchOptions,
    private readonly handle: RunHandle,
  ) {
    this.#terminal = options.terminal;
  }

  async run(): Promise<Outcome<Record<string, never>>> {
    const { handle, options } = this;
    const wake = (): void => this.#wake();
    const endings = [
      this.#terminal.supervisor.onChange((readers) => this.#changed(readers)),
      options.operation.onChange(wake),
      (): void => handle.signal.removeEventListener('abort', wake),
    ];
    handle.signal.addEventListener('abort', wake);
    try {
      handle.check({ phase: 'waiting' });
      while (!handle.signal.aborted) {
        const operation = options.operation.current();
        const card = this.#next();
        if (operation === undefined) await this.#askOperation();
        else if (card === undefined) await this.#woken();
        else {
          const refused = await this.#check(card, operation);
          if (refused !== undefined && nobody.includes(refused)) return failed(refused);
        }
      }
      const { reason } = handle.signal as { readonly reason: unknown };
      // By its end another reason than the person's own wish: nobody is signed in any more.
      return reason instanceof CodedError && reason.code !== 'CANCELLED' ? failed(reason.code, reason.detail) : done({});
    } finally {
      for (const end of endings) end();
      this.#clear();
    }
  }

  /** Rejections of a question mean that the run ends, which the signal says as well. */
  async #askOperation(): Promise<void> {
    const { handle, options } = this;
    const answered = handle.ask('operation').then(
      (answer) => {
        const chosen = operationShape.safeParse(answer);
        // A pull may have ended the session meanwhile; the watch is ended then.
        if (chosen.success && this.#terminal.require('verify').ok) options.operation.set(this.#terminal, chosen.data);
      },
      () => undefined,
    );
    const elsewhere = async (): Promise<void> => {
      while (!handle.signal.aborted && options.operation.current() === undefined) await this.#woken();
    };
    await Promise.race([answered, elsewhere()]);
  }

  /** Until something changes; the loop looks at everything anew. */
  async #woken(): Promise<void> {
    if (this.handle.signal.aborted) return;
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #changed(readers: readonly ReaderState[]): void {
    const { pid, serviceDown } = this.#terminal.supervisor;
    // Our own reader process ended (a silent card is answered so): PC/SC counts on, and what lay there lies there. Nothing is known until the next process tells.
    if (readers.length === 0 && pid === undefined && !serviceDown) {
      this.#readers = [];
      return this.#wake();
    }
    this.#readers = readers;
    // A reader that went takes what was known of its card along: PC/SC may have begun to count anew.
    for (const [name, events] of this.#checked) if (!this.#lies({ name, events })) this.#checked.delete(name);
    const shown = this.#shown;
    if (shown?.told.phase === 'verdict' && shown.told.cardPresent && !this.#lies(shown.card)) this.#show({ ...shown.told, cardPresent: false }, shown.card);
    this.#wake();
  }

  #lies({ name, events }: Pick<ReaderState, 'name' | 'events'>): boolean {
    return this.#readers.some((reader) => reader.name === name && reader.cardPresent && reader.events === events);
  }

  #next(): ReaderState | undefined {
    return this.#readers.find(({ name, cardPresent, events }) => cardPresent && !this.#checked.has(name) && !this.#rests(name, events));
  }

  #rests(name: string, events: number): boolean {
    const tried = this.#tries.get(name);
    return tried?.events === events && tried.resting;
  }

  /** The code of a refusal. */
  async #check(card: ReaderState, operation: Operation): Promise<FailureCode | undefined> {
    const { name: reader, events } = card;
    this.#checked.set(reader, events);
    this.#drop();
    this.handle.check({ phase: 'reading', reader, since: this.#terminal.clock.now() });
    const outcome = await this.#outcome(card, operation);
    const at = this.#terminal.clock.now();
    if (!outcome.ok) {
      // Lifted between the news of it and the first command.
      const code = outcome.code === 'CARD_ABSENT' ? 'CARD_REMOVED' : outcome.code;
      if (nobody.includes(code) || code === 'OPERATION_REQUIRED') return code;
      this.#end({ phase: 'refused', reader, at, code, ...(outcome.detail === undefined ? {} : { detail: outcome.detail }) }, card);
      if (readerFailed.includes(code)) this.#tryAgain(card);
      return code;
    }
    const { verdict, seq, contents, closed } = outcome.value;
    this.#tries.delete(reader);
    this.#terminal.history.add(at, verdict, operation);
    const told: Told = { phase: 'verdict', reader, at, verdict: verdictShown(verdict), cardPresent: this.#lies(card), seq, ...(closed === undefined ? {} : { closed: closed.code }) };
    this.#end(contents === undefined ? told : { ...told, holder: holderOf(contents) }, card);
    return undefined;
  }

  async #outcome(card: ReaderState, operation: Operation): Promise<Outcome<{ verdict: Verdict; seq: number; contents?: PermitContents; closed?: { code: FailureCode } }>> {
    const work = { reader: card.name, operation, onStep: (step: Parameters<RunHandle['step']>[0]) => this.handle.step(step) };
    const onVerdict = (verdict: Verdict): void => {
      this.#show({ phase: 'verdict', reader: card.name, at: this.#terminal.clock.now(), verdict: verdictShown(verdict), cardPresent: this.#lies(card) }, card);
    };
    try {
      return this.#terminal.require('read').ok ? await this.#terminal.read({ ...work, onVerdict }) : await this.#terminal.verify(work);
    } catch (error) {
      // Of the storage: the next card may fare better, and the person must hear of this one.
      if (error instanceof CodedError) return failed(error.code, error.detail);
      throw error;
    }
  }

  #tryAgain({ name, events }: ReaderState): void {
    const before = this.#tries.get(name);
    const tries = before?.events === events ? before.tries : 0;
    const pause = (this.options.retryMs ?? [300, 1_000, 3_000])[tries];
    const tried = { events, tries: tries + 1, resting: true };
    this.#tries.set(name, tried);
    setTimeout(() => {
      tried.resting = false;
      if (pause === undefined) return;
      if (this.#checked.get(name) === events) this.#checked.delete(name);
      this.#wake();
    }, pause ?? exhaustedMs).unref();
  }

  #show(told: Told, card: ReaderState): void {
    this.#shown = { told, card };
    if (!this.handle.signal.aborted) this.handle.check(told);
  }

  /** The check is over: what it came to stays until the next card, the person's word, or the blanking. */
  #end(told: Told, card: ReaderState): void {
    this.#show(told, card);
    if (this.handle.signal.aborted) return;
    this.#blanking = setTimeout(() => this.#clear(), this.options.blankAfterMs ?? 60_000).unref();
    const asked = (this.#asked += 1);
    this.handle.ask('next').then(
      () => {
        if (asked === this.#asked) this.#clear();
      },
      () => undefined,
    );
  }

  /** Nothing of the holder is held after this. */
  #drop(): void {
    clearTimeout(this.#blanking);
    this.#asked += 1;
    this.#shown = undefined;
  }

  #clear(): void {
    this.#drop();
    this.handle.check({ phase: 'waiting' });
  }
}

function holderOf({ holder, photo }: PermitContents): HolderShown {
  const { name, sex, birth } = holder;
  const shown = { name, sex, birth, photo: Buffer.from(photo).toString('base64') };
  photo.fill(0);
  return shown;
}
