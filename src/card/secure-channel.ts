import type { CommandApdu, ResponseApdu } from '../iso7816/index.js';

/** A layer that protects each command and checks each answer: SCP03 or ISO secure messaging. `wrap` and `unwrap` alternate. */
export interface SecureChannel {
  /** False once the layer has ended, by an error status, a wrong answer or `close`. */
  readonly open: boolean;
  /** The command as it goes over the wire: short where data and Le allow, else extended (the caller keeps within what card and reader can do). */
  wrap(command: CommandApdu): Uint8Array;
  /** Greatest plain data field that fits an outer Lc of `lc` bytes. */
  commandCapacity(lc: number): number;
  /** Greatest plain answer that fits `length` bytes of protected answer (without SW1 SW2). */
  answerCapacity(length: number): number;
  /** The plain answer. Throws CardError (CARD_SM_BROKEN) when anything about the protection is wrong, and is closed then. */
  unwrap(response: ResponseApdu): ResponseApdu;
  /** Wipes the session keys. */
  close(): void;
}
