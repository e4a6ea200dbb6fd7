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
 * It is used by one workflow at a time; two transmits MUST NOT overlap. What may be on its way besides is `follow`.
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
  /**
   * Puts one command behind those that are on their way. It goes to the card at once when the command before it has answered with 9000 alone as status, and
   * not at all (undefined) when it answered anything else or was not sent itself. Saves the way from terminal to reader between commands that do not
   * depend on each other's answers. Absent where a channel has no such way.
   */
  follow?(command: Uint8Array): Promise<Uint8Array | undefined>;
}

/** One command and its answer, whole APDUs. */
export interface Exchange {
  readonly command: Uint8Array;
  /** undefined: lost on the way */
  readonly answer: Uint8Array | undefined;
}

/** The same channel, telling each exchange once it is over; a follower that was not sent is none. */
export function observedChannel(channel: CardChannel, tell: (exchange: Exchange) => void): CardChannel {
  const told = async <T extends Uint8Array | undefined>(command: Uint8Array, answering: Promise<T>): Promise<T> => {
    let answer: T | undefined;
    let lost = true;
    try {
      answer = await answering;
      lost = false;
      return answer;
    } finally {
      if (lost || answer !== undefined) tell({ command, answer });
    }
  };
  const { atr, extendedLength } = channel;
  return {
    atr,
    ...(extendedLength === undefined ? {} : { extendedLength }),
    transmit: (command) => told(command, channel.transmit(command)),
    ...(channel.follow === undefined ? {} : { follow: (command) => told(command, channel.follow?.(command) ?? Promise.resolve(undefined)) }),
  };
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
