import type { ChannelErrorCode } from '../../src/card/channel.js';

/** A refusal of PC/SC in our words. `ambiguous`: the card may be mute or gone, PC/SC does not say which. `contextLost`: nothing works until a new context. */
export interface Translated {
  readonly code: ChannelErrorCode;
  readonly detail: string;
  readonly ambiguous?: true;
  readonly contextLost?: true;
}

/** PC/SC part 3 result codes, as pcsc-lite numbers them. */
const meanings: Record<string, Omit<Translated, 'detail'>> = {
  '80100003': { code: 'READER_SERVICE_DOWN', contextLost: true }, // SCARD_E_INVALID_HANDLE: pcscd was restarted under us
  '80100009': { code: 'READER_NOT_FOUND' }, // SCARD_E_UNKNOWN_READER
  '8010000a': { code: 'READER_TIMEOUT' }, // SCARD_E_TIMEOUT
  '8010000b': { code: 'READER_BUSY' }, // SCARD_E_SHARING_VIOLATION
  '8010000c': { code: 'CARD_ABSENT' }, // SCARD_E_NO_SMARTCARD
  '8010000f': { code: 'CARD_SILENT' }, // SCARD_E_PROTO_MISMATCH
  '80100013': { code: 'READER_SERVICE_DOWN', contextLost: true }, // SCARD_F_COMM_ERROR: the socket to pcscd broke
  '80100016': { code: 'CARD_SILENT', ambiguous: true }, // SCARD_E_NOT_TRANSACTED
  '80100017': { code: 'READER_NOT_FOUND' }, // SCARD_E_READER_UNAVAILABLE
  '8010001d': { code: 'READER_SERVICE_DOWN', contextLost: true }, // SCARD_E_NO_SERVICE
  '8010001e': { code: 'READER_SERVICE_DOWN', contextLost: true }, // SCARD_E_SERVICE_STOPPED
  '8010002e': { code: 'READER_NOT_FOUND' }, // SCARD_E_NO_READERS_AVAILABLE
  '8010002f': { code: 'CARD_SILENT', ambiguous: true }, // SCARD_E_COMM_DATA_LOST
  '80100066': { code: 'CARD_SILENT', ambiguous: true }, // SCARD_W_UNRESPONSIVE_CARD
  '80100067': { code: 'CARD_SILENT', ambiguous: true }, // SCARD_W_UNPOWERED_CARD
  '80100068': { code: 'CARD_REMOVED' }, // SCARD_W_RESET_CARD: out and in again between two commands; what the session knew is gone
  '80100069': { code: 'CARD_REMOVED' }, // SCARD_W_REMOVED_CARD
};

/** The binding's errors are text only: `SCardTransmit error: Transaction failed.(0x80100016)`. On 64 bits the number may be sign-extended. */
export const translate = (error: Error): Translated => {
  const [, call = 'PC/SC'] = /^(SCard\w+) error/.exec(error.message) ?? [];
  const number = /\(0x(?:f{8})?([0-9a-f]{8})\)\s*$/i.exec(error.message)?.[1]?.toLowerCase();
  if (number === undefined) return { code: 'CARD_SILENT', detail: `${call} failed`, ambiguous: true };
  return { ...(meanings[number] ?? { code: 'CARD_SILENT', ambiguous: true }), detail: `${call} 0x${number}` };
};
