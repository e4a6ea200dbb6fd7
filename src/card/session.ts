import type { CardChannel } from './channel.js';
import { answerError } from './errors.js';
import type { SecureChannel } from './secure-channel.js';
import { concat, decodeResponse, encodeCommand, saysExtendedLength, type CommandApdu, type ResponseApdu } from '../iso7816/index.js';

const ins = { getResponse: 0xc0 } as const;
const maxShort = 255;
/** No answer of the application is longer; a card that goes on saying 61xx is broken. */
const maxAnswer = 65_536;
/** The longest command of ISO/IEC 7816-4 5.1: header, extended Lc, data, Le. */
const maxCommandApdu = 4 + 3 + 65_535 + 2;
/** A part of an answer has about this many bytes at least: a card that hands out single ones would keep the terminal for minutes. */
const leastPart = 128;

/** What card and reader can carry: whole APDUs in bytes (7F66 of FCI or EF.ATR/INFO). */
export interface Limits {
  readonly extended: boolean;
  readonly maxCommand: number;
  readonly maxResponse: number;
}
const shortLimits: Limits = { extended: false, maxCommand: 4 + 1 + maxShort + 1, maxResponse: 256 + 2 };

/** What crossed the channel so far; `bytes` counts both directions, status words included. */
export interface Traffic {
  readonly apdus: number;
  readonly bytes: number;
}

/**
 * One conversation with one card: counts APDUs and bytes, follows 61xx and 6Cxx, chains what is too long, and passes everything through the secure
 * channel that is in force. Status words are the caller's to judge. Throws CardError for an answer that is none, ChannelError for lost hardware.
 */
export class CardSession {
  readonly #channel: CardChannel;
  #limits = shortLimits;
  #secure: SecureChannel | undefined;
  #apdus = 0;
  #bytes = 0;

  constructor(channel: CardChannel) {
    this.#channel = channel;
  }

  get limits(): Limits {
    return this.#limits;
  }

  get traffic(): Traffic {
    return { apdus: this.#apdus, bytes: this.#bytes };
  }

  /** Whether commands may follow one another before the FCI is known: the channel can, and the answer to reset says that answers may be long. */
  get runsAhead(): boolean {
    return this.#channel.follow !== undefined && this.#channel.extendedLength !== false && saysExtendedLength(this.#channel.atr);
  }

  /** Takes over what the FCI says, as far as the reader and an APDU can carry it. */
  adopt(limits: Limits): void {
    const extended = limits.extended && this.#channel.extendedLength !== false && limits.maxCommand > shortLimits.maxCommand;
    const within = { extended, maxCommand: Math.min(limits.maxCommand, maxCommandApdu), maxResponse: Math.min(limits.maxResponse, maxAnswer + 2) };
    this.#limits = extended ? within : shortLimits;
  }

  /** Puts a secure channel in force for all that follows; the one before it is closed. */
  secure(channel: SecureChannel): void {
    this.endSecure();
    this.#secure = channel;
  }

  /** Ends secure messaging or SCP03 and wipes its keys; harmless without one. */
  endSecure(): void {
    this.#secure?.close();
    this.#secure = undefined;
  }

  /** Greatest plain command data in one APDU, under the secure channel in force if any. */
  get commandCapacity(): number {
    const lc = this.#limits.extended ? this.#limits.maxCommand - (4 + 3 + 2) : maxShort;
    return this.#secure === undefined ? lc : this.#secure.commandCapacity(lc);
  }

  /** Greatest plain answer in one APDU, under the secure channel in force if any. */
  get answerCapacity(): number {
    const length = this.#limits.maxResponse - 2;
    return this.#secure === undefined ? length : this.#secure.answerCapacity(length);
  }

  /** Ne of a command whose answer is as long as it may be: what one answer holds, or without limit where 61xx tells the rest. */
  get greatestNe(): number {
    if (this.#limits.extended) return Math.max(257, this.answerCapacity);
    return this.#secure === undefined ? maxAnswer : 256;
  }

  get secured(): boolean {
    return this.#secure !== undefined;
  }

  /** Sends one command and resolves with its whole answer. `ne` is the greatest plain answer expected, as in the CommandApdu. */
  async send(command: CommandApdu): Promise<ResponseApdu> {
    if (this.#secure !== undefined) return this.#sendSecured(command, this.#secure);
    const data = command.data ?? new Uint8Array();
    if (this.#limits.extended || data.length <= maxShort) return this.#sendPlain(command);
    // Short APDUs only: ISO/IEC 7816-4 5.3.3 command chaining.
    for (let at = 0; data.length - at > maxShort; at += maxShort) {
      const link = await this.transmit(encodeCommand({ cla: command.cla | 0x10, ins: command.ins, p1: command.p1, p2: command.p2, data: data.slice(at, at + maxShort) }));
      if (link.sw !== 0x9000) return link;
    }
    const rest = data.length - (data.length % maxShort === 0 ? maxShort : data.length % maxShort);
    return this.#sendPlain({ ...command, data: data.slice(rest) });
  }

  /**
   * Sends `command` when `before`, a plain command still on its way, has answered 9000; else nothing is sent and the answer is that of `before`. The caller
   * sends nothing else until both are settled. Only for commands that need nothing of that answer, outside secure messaging.
   */
  async follow(command: CommandApdu, before: Promise<ResponseApdu>): Promise<ResponseApdu> {
    if (this.#secure !== undefined) throw new RangeError('under secure messaging each command waits for the answer before it');
    const bytes = encodeCommand(command, { extended: (command.ne ?? 0) > 256 });
    const early = this.#channel.follow?.(bytes);
    // Met below, unless `before` is lost itself.
    early?.catch(() => undefined);
    const first = await before;
    const answer = await early;
    if (answer !== undefined) return this.#complete(command, command.ne ?? 0, this.#counted(bytes, answer));
    return first.sw === 0x9000 ? this.send(command) : first;
  }

  /** Exact bytes to the card, one answer, counted; nothing is followed. For commands that are made elsewhere. */
  async transmit(bytes: Uint8Array): Promise<ResponseApdu> {
    return this.#counted(bytes, await this.#channel.transmit(bytes));
  }

  #counted(bytes: Uint8Array, answer: Uint8Array): ResponseApdu {
    this.#apdus += 1;
    this.#bytes += bytes.length + answer.length;
    if (answer.length < 2) throw answerError(`${answer.length} bytes`);
    if (answer.length > maxAnswer + 2) throw answerError('too long');
    const response = decodeResponse(answer);
    const group = response.sw >> 12;
    // ISO/IEC 7816-4 5.6: 6XXX and 9XXX only, and 60XX is none.
    if ((group !== 6 && group !== 9) || response.sw >> 8 === 0x60) throw answerError('no status word');
    return response;
  }

  async #sendSecured(command: CommandApdu, secure: SecureChannel): Promise<ResponseApdu> {
    try {
      const wrapped = secure.wrap(command);
      const response = this.#limits.extended || wrapped.length <= shortLimits.maxCommand ? await this.transmit(wrapped) : await this.#inChain(wrapped);
      const plain = secure.unwrap(response);
      this.#bounded(command, plain.data.length);
      return plain;
    } finally {
      if (!secure.open) this.#secure = undefined;
    }
  }

  /** A protected command in extended form, for a reader that carries short ones only: the protected data goes in a chain, its Le with the last part (permit-application.md 4). */
  async #inChain(wrapped: Uint8Array): Promise<ResponseApdu> {
    const [cla = 0, ins = 0, p1 = 0, p2 = 0] = wrapped;
    const data = wrapped.slice(7, 7 + (((wrapped[5] ?? 0) << 8) | (wrapped[6] ?? 0)));
    let at = 0;
    for (; data.length - at > maxShort; at += maxShort) {
      const link = await this.transmit(encodeCommand({ cla: cla | 0x10, ins, p1, p2, data: data.slice(at, at + maxShort) }));
      if (link.sw !== 0x9000) return link;
    }
    return this.transmit(encodeCommand({ cla, ins, p1, p2, data: data.slice(at), ne: 256 }));
  }

  async #sendPlain(command: CommandApdu): Promise<ResponseApdu> {
    // A short-only reader gets what fits and the card tells the rest by 61xx.
    const ne = this.#limits.extended ? (command.ne ?? 0) : Math.min(command.ne ?? 0, 256);
    const fitted = { ...command, ne };
    const extended = ne > 256 || (command.data?.length ?? 0) > maxShort;
    return this.#complete(command, ne, await this.transmit(encodeCommand(fitted, { extended })));
  }

  /** Follows 6Cxx and 61xx from the first answer to a plain command on, which was asked for `ne` bytes of it. */
  async #complete(command: CommandApdu, ne: number, first: ResponseApdu): Promise<ResponseApdu> {
    let response = first;
    if (response.sw >> 8 === 0x6c && response.data.length === 0) {
      const exact = (response.sw & 0xff) === 0 ? 256 : response.sw & 0xff;
      response = await this.transmit(encodeCommand({ ...command, ne: exact }));
    }
    if (response.data.length > ne) throw answerError('longer than asked');
    const parts = [response.data];
    let length = response.data.length;
    const mostParts = 2 + Math.max(command.ne ?? 0, 256) / leastPart;
    while (response.sw >> 8 === 0x61) {
      if (parts.length > mostParts) throw answerError('61xx in too many parts');
      const more = (response.sw & 0xff) === 0 ? 256 : response.sw & 0xff;
      response = await this.transmit(encodeCommand({ cla: 0x00, ins: ins.getResponse, p1: 0, p2: 0, ne: more }));
      if (response.sw >> 8 === 0x61 && response.data.length === 0) throw answerError('61xx without data');
      parts.push(response.data);
      length += response.data.length;
      this.#bounded(command, length);
    }
    return { data: concat(...parts), sw: response.sw };
  }

  #bounded(command: CommandApdu, length: number): void {
    if (length > Math.max(command.ne ?? 0, 256)) throw answerError('longer than asked');
  }
}
