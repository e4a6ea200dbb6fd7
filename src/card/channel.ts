/** Why a card or its reader went away in the middle of a conversation; each is a failure code of the contract under the same name. */
export type ChannelErrorCode =
  | 'CARD_ABSENT'
  | 'CARD_REMOVED'
  | 'CARD_SILENT'
  | 'READER_NOT_FOUND'
  | 'READER_BUSY'
  | 'READER_SERVICE_DOWN'
  | 'READER_PROCESS_DIED'
  | 'READER_TIMEOUT';

/**
 * One open connection to one powered card. A channel knows nothing of APDU contents: it neither follows 61xx nor interprets status words.
 * It is used by one workflow at a time; two transmits MUST NOT overlap.
 */
export interface CardChannel {
  /** Answer to reset as the reader reports it (ISO/IEC 7816-3 8.2). */
  readonly atr: Uint8Array;
  /** Whether the reader carries extended-length APDUs (ISO/IEC 7816-4 5.1). Absent means yes. */
  readonly extendedLength?: boolean;
  /**
   * Sends one command APDU and resolves with the whole response APDU (data ‖ SW1 SW2), untouched.
   * Rejects with {@link ChannelError} when the hardware is lost; after that the channel is dead.
   */
  transmit(command: Uint8Array): Promise<Uint8Array>;
}

/** Lost hardware. The message is the code and technical words only, never card contents. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  constructor(
    readonly code: ChannelErrorCode,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(detail === undefined ? code : `${code}: ${detail}`, options);
  }
}
