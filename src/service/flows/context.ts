import type { TerminalMode } from '../../contract/index.js';
import type { KeyStoreChoice } from '../identity.js';
import type { Keypad } from '../keypad.js';
import type { ServiceLog } from '../log.js';
import type { OperationBook } from '../operation-book.js';
import type { RunBook } from '../run-book.js';
import type { Syncing } from '../syncing.js';
import type { Terminal } from '../terminal.js';
import type { TrayClient } from '../tray-client.js';

/** What the flows of one service work with. */
export interface FlowContext {
  readonly mode: TerminalMode;
  readonly version: string;
  /** the terminal's data folder */
  readonly folder: string;
  readonly keyStore: KeyStoreChoice;
  /** PCSCLITE_CSOCK_NAME, when a private pcscd is used */
  readonly pcsc: string | undefined;
  readonly log: ServiceLog;
  readonly operation: OperationBook;
  readonly keypad: Keypad;
  /** @throws CodedError TERMINAL_NOT_ENROLLED, or why the folder does not open */
  terminal(): Terminal;
  findTerminal(): Terminal | undefined;
  /** @throws as `terminal` */
  syncing(): Syncing;
  readonly tray: TrayClient | undefined;
  runs(): RunBook;
  /** An enrolment just made the folder: opens it and begins to sync. */
  enrolled(): Promise<void>;
  /** Ends the reader process of a machine that is not enrolled yet; the readers that the next one sees. */
  restartReaders(): Promise<number>;
  /** The state may be another one now. */
  changed(): void;
  /** The window may close. */
  leave(): void;
}
