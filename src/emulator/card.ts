import { randomBytes } from 'node:crypto';
import { encodeResponse, fromHex } from '../iso7816/index.js';
import { CardOs } from './card-os.js';
import { type CardFaults, distort } from './faults.js';
import type { CardImage } from './image.js';
import { Memory } from './memory.js';
import { PowerCut } from './nvm.js';

/** firmware-specs/permit-application.md 1: T=1, IFSC 254, extended length; the last byte is TCK. */
export const ATR = fromHex('3b878131fe45 8031b873800140 37');

export interface EmulatedCardOptions {
  /** The card's random numbers; node:crypto's unless a test fixes them. */
  readonly random?: (length: number) => Uint8Array;
}

/**
 * A whole card: non-volatile memory from an image, and while it has power a command interpreter. Synchronous. Faults are set with the
 * `faults` property; setting them starts their counting anew.
 */
export class EmulatedCard {
  readonly #bytes: Uint8Array;
  readonly #memory: Memory;
  readonly #random: (length: number) => Uint8Array;
  #os: CardOs | undefined;
  #faults: CardFaults = {};
  #apdusSinceFaults = 0;
  /** Command APDUs since this object was made. */
  apdus = 0;

  constructor(image: CardImage, options: EmulatedCardOptions = {}) {
    this.#bytes = image.nvm.slice();
    this.#memory = new Memory(this.#bytes);
    this.#random = options.random ?? ((length) => new Uint8Array(randomBytes(length)));
  }

  /** The same with and without power. */
  get atr(): Uint8Array {
    return ATR.slice();
  }

  get faults(): CardFaults {
    return this.#faults;
  }

  set faults(faults: CardFaults) {
    this.#faults = { ...faults };
    this.#apdusSinceFaults = 0;
    this.#memory.nvm.cutPowerAt(faults.tearAtWrite);
  }

  /** Internal writes of non-volatile memory since this object was made. */
  get writes(): number {
    return this.#memory.nvm.writes;
  }

  get powered(): boolean {
    return this.#os !== undefined;
  }

  /** Recovers what a power cut left and answers the ATR; empty when power failed again during the recovery. */
  powerUp(): Uint8Array {
    this.powerDown();
    try {
      this.#memory.nvm.recover();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.#torn();
      return new Uint8Array();
    }
    this.#os = new CardOs(this.#memory, { random: this.#random, faults: () => this.#faults });
    return ATR.slice();
  }

  powerDown(): void {
    this.#os = undefined;
  }

  /** The answer to one command APDU. Undefined: none came, because power is gone (`powered` is false) or the card is silent (it is true). */
  process(command: Uint8Array): Uint8Array | undefined {
    if (this.#os === undefined) return undefined;
    this.apdus++;
    const apdu = ++this.#apdusSinceFaults;
    const { tearAtApdu, silent, wrongStatus } = this.#faults;
    if (silent !== undefined && apdu >= silent.at) return undefined;
    if (tearAtApdu?.at === apdu && tearAtApdu.when === 'before') return this.#torn();
    if (wrongStatus?.at === apdu) return encodeResponse({ data: new Uint8Array(), sw: wrongStatus.sw });
    let response: Uint8Array;
    try {
      response = encodeResponse(this.#os.process(command));
    } catch (error) {
      if (error instanceof PowerCut) return this.#torn();
      throw error;
    }
    if (tearAtApdu?.at === apdu) return this.#torn();
    return distort(response, apdu, this.#faults);
  }

  /** What non-volatile memory holds now, be it half-way. */
  image(): CardImage {
    return { format: 2, nvm: this.#bytes.slice() };
  }

  #torn(): undefined {
    this.powerDown();
    this.#faults = Object.fromEntries(Object.entries(this.#faults).filter(([fault]) => fault !== 'tearAtWrite' && fault !== 'tearAtApdu'));
    return undefined;
  }
}
