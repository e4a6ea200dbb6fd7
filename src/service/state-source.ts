import type { ReaderState } from '../../drivers/pcsc/index.js';
import type { ServiceState, SessionShown, TerminalMode, TrayCard } from '../contract/index.js';
import { certificateDays, type DaysLeft } from './certificates.js';
import type { Session } from './operators.js';
import type { OperationBook } from './operation-book.js';
import type { Syncing } from './syncing.js';
import type { Terminal } from './terminal.js';

/** What the state is read from. */
export interface StateSources {
  readonly mode: TerminalMode;
  readonly version: string;
  readonly terminal: Terminal | undefined;
  readonly fault: ServiceState['fault'];
  readonly syncing: Syncing | undefined;
  readonly readers: { readonly list: readonly ReaderState[]; readonly serviceDown: boolean };
  readonly tray: readonly TrayCard[] | null;
  readonly operation: OperationBook;
  /** a keypad of the holder's is open */
  readonly keypad: boolean;
  /** of the cards in the journal, those that nobody is writing at this moment */
  torn(serials: readonly string[]): readonly string[];
}

export const sessionOf = ({ id, name, role, localData }: Session): SessionShown => ({ id, name, role, localData });

const daysOf = ({ days, state }: DaysLeft): { days?: number; state: DaysLeft['state'] } => (days === undefined ? { state } : { days, state });

/** Reads the whole state: a few rows of the outbox and what is in memory, nothing that computes or waits. @throws CodedError STORAGE_* */
export const readState = (sources: StateSources): ServiceState => {
  const { mode, version, fault, terminal, readers, syncing, tray } = sources;
  const shared = {
    mode,
    version,
    fault,
    cardService: readers.serviceDown ? ('down' as const) : ('up' as const),
    readers: readers.list.map(({ name, cardPresent, mute }) => ({ name, cardPresent, mute })),
    keypad: sources.keypad,
    tray: tray?.map((card) => ({ ...card })) ?? null,
  };
  if (terminal === undefined) {
    return {
      ...shared, terminal: null, signInRequired: false, session: null, operation: null, platform: 'unknown', lastSyncAt: null, syncing: false, queue: { pending: 0, quarantined: 0, oldestAt: null },
      list: { issuedAt: null, ageSeconds: null, stale: true }, clock: { trustworthy: true, now: Math.floor(Date.now() / 1000) }, certificates: null, tornCards: [],
    };
  }
  const { identity, outbox, operators, session, clock } = terminal;
  const now = clock.now();
  const { pending, quarantined } = outbox.counts();
  const list = terminal.trust.statusList();
  const ageSeconds = list === undefined ? null : Math.max(0, now - list.issuedAt);
  const certificates = certificateDays(terminal);
  return {
    ...shared,
    terminal: { id: identity.terminalId, name: identity.name, environment: identity.environment === 1 ? 'test' : 'production' },
    // A kiosk is used by residents, alone; a police desk by nobody who did not sign in, also before the first list of operators was pulled.
    signInRequired: mode === 'police' || (mode === 'counter' && operators.required),
    session: session === undefined ? null : sessionOf(session),
    operation: sources.operation.current() ?? null,
    platform: syncing?.platform ?? 'unknown',
    lastSyncAt: syncing?.lastAt ?? null,
    syncing: syncing?.running ?? false,
    queue: { pending, quarantined, oldestAt: pending === 0 ? null : (outbox.pending(1)[0]?.capturedAt ?? null) },
    list: {
      issuedAt: list?.issuedAt ?? null,
      ageSeconds,
      stale: list === undefined || ageSeconds === null || ageSeconds > terminal.rules().maxListAgeSeconds[mode] || now > list.expires,
    },
    clock: { trustworthy: clock.trustworthy(), now },
    certificates: { delegation: daysOf(certificates.delegation), trustList: daysOf(certificates.trustList), statusList: daysOf(certificates.statusList), access: daysOf(certificates.access) },
    tornCards: sources.torn(outbox.journal.serials()).map((serial) => serial.slice(-4)),
  };
};

/** What must differ for a state to be told anew: everything but what only moves with the clock. */
const keyOf = (state: ServiceState): string => JSON.stringify({ ...state, clock: { ...state.clock, now: 0 }, list: { ...state.list, ageSeconds: 0 } });

export interface StateSourceOptions {
  readonly read: () => ServiceState;
  readonly tell: (state: ServiceState) => void;
  readonly onError: (error: unknown) => void;
  /** milliseconds in which several changes become one; 25 unless stated */
  readonly settleMs?: number;
  /** how often it is looked whether something changed that nobody reported, milliseconds; 5 s unless stated */
  readonly lookMs?: number;
  /** at the latest this long after the last one the state is told again, so that ages move, milliseconds; a minute unless stated */
  readonly atLeastMs?: number;
}

/** Tells the state when it changed, whole. */
export class StateSource {
  readonly #options: Required<StateSourceOptions>;
  readonly #timer: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #stopped = false;
  #lastKey = '';
  #lastAt = 0;

  constructor(options: StateSourceOptions) {
    this.#options = { settleMs: 25, lookMs: 5_000, atLeastMs: 60_000, ...options };
    this.#timer = setInterval(() => this.flush(), this.#options.lookMs).unref();
  }

  /** Something may have changed. */
  changed(): void {
    if (!this.#stopped) this.#soon ??= setTimeout(() => this.flush(), this.#options.settleMs);
  }

  /** Tells it now if it differs from what was told last. */
  flush(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const state = this.#guarded();
    if (state === undefined) return;
    const key = keyOf(state);
    const now = performance.now();
    if (key === this.#lastKey && now - this.#lastAt < this.#options.atLeastMs) return;
    this.#lastKey = key;
    this.#lastAt = now;
    this.#options.tell(state);
  }

  /** What changes from now on is told to nobody: the storage is about to close. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#soon);
    clearInterval(this.#timer);
  }

  #guarded(): ServiceState | undefined {
    try {
      return this.#options.read();
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }
}
