import { z } from 'zod';
import { call as callSchema, CodedError, type FailureCode, type KeypadAsk, type ServiceEvent, type ServiceState, type TerminalMode, type WorkflowName } from '../contract/index.js';
import { flowsOf } from './flows/index.js';
import type { FlowContext } from './flows/context.js';
import { buildEnvironment, isEnrolled, type KeyStoreChoice } from './identity.js';
import { Keypad, type KeypadPort } from './keypad.js';
import { errorFields, type ServiceLog } from './log.js';
import { OperationBook } from './operation-book.js';
import { programVersion } from './program-version.js';
import { ReadersWatch } from './readers-watch.js';
import { RunBook } from './run-book.js';
import { readState, StateSource } from './state-source.js';
import { Syncing } from './syncing.js';
import { systemFailure } from './system-failure.js';
import { openTerminal, type Terminal } from './terminal.js';
import { TrayClient } from './tray-client.js';

export interface AppServiceOptions {
  /** the terminal's data folder */
  readonly folder: string;
  readonly mode: TerminalMode;
  readonly log: ServiceLog;
  readonly keyStore?: KeyStoreChoice;
  /** PCSCLITE_CSOCK_NAME of a private pcscd; the machine's own unless stated */
  readonly pcsc?: string | undefined;
  /** of the demonstration's virtual cards; only under the test trust environment */
  readonly tray?: string | undefined;
  /** At counter and police desk a session without any call ends after this long, milliseconds; ten minutes unless stated. */
  readonly lockAfterMs?: number;
  /** an operator left the window: for a host that shows none of its own and hears no events */
  readonly onLeave?: () => void;
  /** how long a workflow waits for a card that is being put down, milliseconds */
  readonly waitForCardMs?: number;
  /** how often a folder that did not open is tried again, milliseconds; 10 s unless stated */
  readonly retryMs?: number;
}

/** One UI that is connected. */
export interface Ui {
  /** Anything: what is no call of the contract is refused. False: not even an answer was possible. */
  call(call: unknown): boolean;
  detach(): void;
}

/** A card that one of these writes is in the journal and is not torn. */
const writing: readonly WorkflowName[] = ['issue', 'make', 'resume'];

/** What the holder is asked at the keypad belongs to one of these. */
const withHolder: readonly WorkflowName[] = ['set-pin', 'change-pin'];

const named = z.object({ run: z.uuid() });

/**
 * The composition of the app's service: the terminal of a folder (or none: not enrolled, or its folder does not open), its syncs, readers and runs, behind the contract. It stays up
 * whatever the folder is like: a UI is told what is wrong and offers what can be done.
 */
export class AppService {
  readonly #options: AppServiceOptions;
  readonly #uis = new Set<(event: ServiceEvent) => void>();
  readonly #operation = new OperationBook(() => this.#terminal);
  readonly #keypad = new Keypad(() => this.#state.changed());
  readonly #state: StateSource;
  readonly #readers: ReadersWatch;
  readonly #runs: RunBook;
  readonly #tray: TrayClient | undefined;
  readonly #timers: readonly NodeJS.Timeout[];
  #terminal: Terminal | undefined;
  #syncing: Syncing | undefined;
  #fault: { readonly code: FailureCode; readonly detail?: string } | undefined;
  #lastActivity = performance.now();
  #torn: readonly string[] = [];
  #opening: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(options: AppServiceOptions) {
    this.#options = options;
    const { log, mode } = options;
    this.#readers = new ReadersWatch(options.pcsc, () => this.#state.changed());
    this.#tray = options.tray === undefined ? undefined : new TrayClient({ url: options.tray, log, changed: () => this.#state.changed() });
    this.#state = new StateSource({
      read: () => this.state(),
      tell: (state) => this.#tell({ event: 'state', state }),
      onError: (error) => log.error('bug', errorFields(error)),
    });
    const flows = flowsOf(this.#context());
    this.#operation.onChange(() => this.#state.changed());
    this.#runs = new RunBook({
      flows,
      tell: (event) => {
        // A card that is worked on is somebody at work, also where nobody has to press anything.
        this.#lastActivity = performance.now();
        return this.#tell(event);
      },
      ending: () => this.#state.flush(),
      ended: (run, workflow, code, ms) => log.info('run ended', { run, workflow, code, ms: Math.round(ms), ...this.#terminal?.traffic }),
      onBug: (error, workflow) => log.error('bug', { workflow, ...errorFields(error) }),
    });
    this.#timers = [
      setInterval(() => void this.#lockIfIdle(), Math.min(5_000, (options.lockAfterMs ?? 600_000) / 4)).unref(),
      setInterval(() => void this.#openIfClosed(), options.retryMs ?? 10_000).unref(),
    ];
    log.info('service started', { mode, version: programVersion });
  }

  /** @throws CodedError TRUST_ENVIRONMENT: a tray under production trust; INPUT_INVALID: a tray that is not of this machine. Whatever else is wrong with the folder is told as `fault`. */
  static async start(options: AppServiceOptions): Promise<AppService> {
    if (options.tray !== undefined && buildEnvironment !== 1) throw new CodedError('TRUST_ENVIRONMENT', 'tray');
    const service = new AppService(options);
    await service.#open();
    if (service.#terminal === undefined) await service.#readers.watch();
    const { tray } = options;
    if (tray !== undefined && service.#terminal !== undefined && service.#terminal.identity.environment !== 1) {
      await service.stop();
      throw new CodedError('TRUST_ENVIRONMENT', 'tray');
    }
    return service;
  }

  /** A UI hears `hello`, the state, and all that goes on; then every event. */
  attach(tell: (event: ServiceEvent) => void): Ui {
    tell({ event: 'hello', protocol: 1, version: programVersion });
    this.#state.flush();
    tell({ event: 'state', state: this.state() });
    this.#runs.replay(tell);
    this.#uis.add(tell);
    return { call: (call) => this.#call(call), detach: () => void this.#uis.delete(tell) };
  }

  /** A keypad of the holder's was opened: it hears what is asked now and later. What it returns takes its answers and closes it. */
  attachKeypad(tell: (ask: KeypadAsk | null) => void): KeypadPort {
    return this.#keypad.attach(tell);
  }

  /** Whatever the storage is like: where it cannot be read there is no terminal, and the fault says why. */
  state(): ServiceState {
    const { mode } = this.#options;
    const read = (terminal: Terminal | undefined, fault: ServiceState['fault']): ServiceState =>
      readState({
        mode,
        version: programVersion,
        terminal,
        fault,
        syncing: this.#syncing,
        readers: this.#readers.current,
        tray: this.#tray?.cards ?? null,
        operation: this.#operation,
        keypad: this.#keypad.open,
        torn: (serials) => this.#tornOf(serials),
      });
    try {
      return read(this.#terminal, this.#fault ?? null);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return read(undefined, { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) });
    }
  }

  #tornOf(serials: readonly string[]): readonly string[] {
    if (!this.#runs.going().some((workflow) => writing.includes(workflow))) this.#torn = serials;
    return this.#torn.filter((serial) => serials.includes(serial));
  }

  /** Takes nothing new, lets a card that is being written be finished, closes. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { log } = this.#options;
    log.info('service stopping', { runs: this.#runs.going().length });
    for (const timer of this.#timers) clearInterval(timer);
    // What is begun below was not there yet.
    await this.#opening?.catch(() => undefined);
    const synced = this.#syncing?.stop();
    await this.#runs.cancelAll();
    await synced;
    // An enrolment that was in hand began one more.
    await this.#syncing?.stop();
    this.#state.stop();
    this.#tray?.stop();
    await this.#readers.stop();
    await this.#terminal?.close();
    this.#uis.clear();
    log.info('service stopped');
  }

  #call(raw: unknown): boolean {
    if (this.#stopping !== undefined) return true;
    this.#lastActivity = performance.now();
    const parsed = callSchema.safeParse(raw);
    if (!parsed.success) {
      const { data } = named.safeParse(raw);
      this.#options.log.warn('call refused', { reason: 'call' });
      if (data === undefined) return false;
      // The field's name alone: what was in it may be somebody's.
      this.#tell({ event: 'failed', run: data.run, code: 'INPUT_INVALID', detail: parsed.error.issues[0]?.path.join('.') ?? '' });
      return true;
    }
    const { data } = parsed;
    switch (data.verb) {
      case 'start':
        this.#runs.start(data.run, data.input);
        return true;
      case 'answer':
        this.#runs.answer(data.run, data.question, data.answer);
        return true;
      case 'cancel':
        this.#runs.cancel(data.run);
        return true;
    }
  }

  /** True: somebody heard it. */
  #tell(event: ServiceEvent): boolean {
    for (const tell of this.#uis) tell(event);
    return this.#uis.size > 0;
  }

  /** Opens the folder, or says why not. One at a time. */
  #open(): Promise<void> {
    this.#opening ??= this.#openNow().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openNow(): Promise<void> {
    const { folder, mode, log, keyStore, pcsc, waitForCardMs } = this.#options;
    if (this.#terminal !== undefined || !isEnrolled(folder)) return;
    try {
      const terminal = openTerminal(folder, { mode, ...keyStore, ...(pcsc === undefined ? {} : { env: { PCSCLITE_CSOCK_NAME: pcsc } }), ...(waitForCardMs === undefined ? {} : { waitForCardMs }) });
      this.#terminal = terminal;
      this.#syncing = new Syncing({ terminal, log, changed: () => this.#synced() });
      this.#fault = undefined;
      log.info('terminal opened');
    } catch (error) {
      const code = error instanceof CodedError ? error.code : systemFailure(error);
      if (code === undefined) throw error;
      const detail = error instanceof CodedError ? error.detail : undefined;
      if (this.#fault?.code !== code) log.error('terminal closed to use', { code });
      this.#fault = { code, ...(detail === undefined ? {} : { detail }) };
      return this.#state.changed();
    }
    await this.#readers.watch(this.#terminal.supervisor);
    this.#syncing.start();
    this.#state.changed();
  }

  /** Another program let go of the folder, the key store opened, or the command line enrolled this machine. */
  async #openIfClosed(): Promise<void> {
    if (this.#terminal !== undefined || this.#stopping !== undefined || this.#runs.going().includes('enrol')) return;
    await this.#open();
  }

  /** A pull may end a session: the operator left, was disabled or has another role. */
  #synced(): void {
    this.#state.changed();
    const { session, operators } = this.#terminal ?? {};
    if (session === undefined && operators?.required === true) void this.#runs.cancelAll((workflow) => workflow === 'watch', 'SIGN_IN_REQUIRED');
  }

  /** A session that nobody used ends; drafts and the operation are kept for whoever signs in again. */
  async #lockIfIdle(): Promise<void> {
    const terminal = this.#terminal;
    const { mode, lockAfterMs = 600_000, log } = this.#options;
    if (mode === 'kiosk' || terminal?.session === undefined || performance.now() - this.#lastActivity < lockAfterMs) return;
    // What works on a card is somebody at work; a question that nobody answers is not.
    if (this.#runs.working().some((workflow) => workflow !== 'watch' && !(this.#keypad.asking && withHolder.includes(workflow)))) return;
    this.#lastActivity = performance.now();
    this.#keypad.giveUp();
    await Promise.all([this.#runs.cancelAll((workflow) => workflow === 'watch', 'SIGN_IN_REQUIRED'), this.#runs.cancelAsking('SIGN_IN_REQUIRED')]);
    await terminal.signOut({ shiftEnds: false });
    this.#runs.forget();
    log.info('locked');
    this.#state.flush();
  }

  #context(): FlowContext {
    const { mode, folder, log, keyStore = {}, pcsc } = this.#options;
    const terminal = (): Terminal => {
      if (this.#terminal !== undefined) return this.#terminal;
      throw this.#fault === undefined ? new CodedError('TERMINAL_NOT_ENROLLED') : new CodedError(this.#fault.code, this.#fault.detail);
    };
    return {
      mode,
      version: programVersion,
      folder,
      keyStore,
      pcsc,
      log,
      operation: this.#operation,
      keypad: this.#keypad,
      terminal,
      findTerminal: () => this.#terminal,
      syncing: () => {
        terminal();
        if (this.#syncing === undefined) throw new Error('a terminal without its syncs');
        return this.#syncing;
      },
      tray: this.#tray,
      runs: () => this.#runs,
      enrolled: () => this.#open(),
      restartReaders: () => this.#readers.restart(),
      changed: () => this.#state.changed(),
      leave: () => {
        this.#tell({ event: 'leave' });
        this.#options.onLeave?.();
      },
    };
  }
}
