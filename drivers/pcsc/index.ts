/**
 * Card readers through PC/SC: lists them, tells when cards come and go, and gives a CardChannel to one card at a time. The native binding lives in a
 * process of its own, and the hazards it has (it may spin, hang, die, or lie about a card that is gone) end there: what comes out is a response of
 * the card or a ChannelError with a failure code. It knows no APDU but one: SELECT, the only command it may send twice.
 * It holds no card knowledge, no keys and no state beyond open connections, and while nothing is connected or listened to it holds no reader and no process.
 */
export { PcscSupervisor, type Deadlines, type PcscOptions } from './supervisor.js';
export { PcscConnection } from './connection.js';
export type { Disposition } from './disposition.js';
export type { ReaderState } from './messages.js';
