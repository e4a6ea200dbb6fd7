/**
 * `PACKAGE_MISSING`, `NAMESPACES_BARRED`, `PCSCD_FAILED`: the reader cannot be had on this machine as it is; the message says what to do.
 * The others: the call does not fit the state of the reader.
 */
export type VirtualReaderErrorCode =
  | 'PACKAGE_MISSING'
  | 'NAMESPACES_BARRED'
  | 'PCSCD_FAILED'
  | 'ALREADY_RUNNING'
  | 'NOT_RUNNING'
  | 'SLOT_UNKNOWN'
  | 'SLOT_TAKEN'
  | 'SLOT_EMPTY'
  | 'CARD_PROCESS_FAILED';

export class VirtualReaderError extends Error {
  override readonly name = 'VirtualReaderError';
  constructor(
    readonly code: VirtualReaderErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
