import type { ChannelErrorCode } from '../../src/card/channel.js';

/** A reader as the last event of PC/SC told it: a hint. Whether a card answers is known only once one is connected. */
export interface ReaderState {
  readonly name: string;
  readonly cardPresent: boolean;
  /** Present but without an answer to reset: upside down, dirty, or no smart card. */
  readonly mute: boolean;
  /** hex; empty without a card */
  readonly atr: string;
  /** PC/SC's own count of insertions and removals, 16 bits, anew with each start of the service: another number is another card, also where both events were missed */
  readonly events: number;
}

export interface ReadersMessage {
  readonly readers: readonly ReaderState[];
}
export interface ConnectMessage {
  readonly reader: string;
}
export interface ConnectedMessage {
  readonly handle: number;
  readonly atr: string;
}
export interface RefusedMessage {
  readonly code: ChannelErrorCode;
  readonly detail: string;
}
