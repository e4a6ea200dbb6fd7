import { sameBytes } from './aes.js';
import { AT } from './memory-map.js';
import type { Change, Nvm } from './nvm.js';

export const DIGITS = 6;
export const PIN_TRIES = 3;
/** The tries byte of a PIN that nobody has set. */
const UNSET = 0xff;
// One page: tries 1, PIN 6, CAN 6
const FIELD = { tries: 0, pin: 1, can: 1 + DIGITS } as const;

/** PIN and card access number in memory. Both are six ASCII digits; neither ever leaves the chip. */
export class HolderSecrets {
  constructor(private readonly nvm: Nvm) {}

  /** FF unset, else the tries left, 0 to 3. */
  get tries(): number {
    return this.nvm.read(AT.holder + FIELD.tries, 1)[0] ?? 0;
  }

  get pinIsSet(): boolean {
    return this.tries !== UNSET;
  }

  /** In a time that does not depend on the digits. */
  isPin(candidate: Uint8Array): boolean {
    return sameBytes(this.nvm.read(AT.holder + FIELD.pin, DIGITS), candidate);
  }

  isCan(candidate: Uint8Array): boolean {
    return sameBytes(this.nvm.read(AT.holder + FIELD.can, DIGITS), candidate);
  }

  setTries(tries: number): void {
    this.nvm.commit([{ at: AT.holder + FIELD.tries, data: Uint8Array.of(tries) }]);
  }

  setPin(pin: Uint8Array): void {
    this.nvm.commit([{ at: AT.holder + FIELD.tries, data: Uint8Array.of(PIN_TRIES, ...pin) }]);
  }

  unsetPin(): void {
    this.nvm.commit([{ at: AT.holder + FIELD.tries, data: Uint8Array.of(UNSET, ...new Uint8Array(DIGITS)) }]);
  }

  /** What ACTIVATE writes: the PIN unset, the CAN of the stream. */
  activation(can: Uint8Array): Change[] {
    return [{ at: AT.holder, data: Uint8Array.of(UNSET, ...new Uint8Array(DIGITS), ...can) }];
  }

  /** What TERMINATE DF writes. */
  erasure(): Change[] {
    return [{ at: AT.holder, data: new Uint8Array(1 + 2 * DIGITS) }];
  }
}
