import { connect, type Socket } from 'node:net';
import type { EmulatedCard } from './card.js';
import type { CardImage } from './image.js';

const CONTROL = { off: 0, on: 1, reset: 2, atr: 4 } as const;

/** Why a card left its reader: taken out, power cut by a fault, or the reader went away. */
export type LinkEnd = 'ejected' | 'torn' | 'reader-gone';

export interface VpcdLinkOptions {
  readonly port: number;
  /** Called before the answer that follows a change of non-volatile memory, and when power is cut: a card that said "done" has it on disk. */
  readonly save: (image: CardImage) => void;
}

/**
 * Plugs a card into vpcd: connected is inserted, closed is removed. Frames are 2 bytes of length, big-endian, and a body; a body of one byte
 * is control. It never reconnects by itself: a card whose reader died is out, as with metal.
 */
export class VpcdLink {
  #socket: Socket | undefined;
  #input: Buffer = Buffer.alloc(0);
  #work: Promise<void> = Promise.resolve();
  #savedWrites: number;
  #end: LinkEnd = 'reader-gone';
  /** The card is out: what the reader had sent by then reaches nobody. */
  #out = false;
  #seen: () => void = () => undefined;
  /** pcscd has asked for the ATR: it knows that a card is there. */
  readonly seen = new Promise<void>((resolve) => {
    this.#seen = resolve;
  });
  #closed: (end: LinkEnd) => void = () => undefined;
  readonly closed = new Promise<LinkEnd>((resolve) => {
    this.#closed = resolve;
  });

  constructor(
    private readonly card: EmulatedCard,
    private readonly options: VpcdLinkOptions,
  ) {
    this.#savedWrites = card.writes;
  }

  /** Rejects with the socket's error when no vpcd listens. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: this.options.port, noDelay: true });
      this.#socket = socket;
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        // After the connection stands an error is followed by 'close', and that is the card's removal
        socket.on('error', () => undefined);
        resolve();
      });
      socket.on('data', (chunk: Buffer) => this.#receive(chunk));
      socket.on('close', () => {
        this.#out = true;
        this.card.powerDown();
        this.#save();
        this.#closed(this.#end);
      });
    });
  }

  eject(): void {
    this.#finish('ejected');
  }

  #receive(chunk: Buffer): void {
    this.#input = Buffer.concat([this.#input, chunk]);
    while (this.#input.length >= 2 && this.#input.length >= 2 + this.#input.readUInt16BE(0)) {
      const length = this.#input.readUInt16BE(0);
      const body = Uint8Array.from(this.#input.subarray(2, 2 + length));
      this.#input = this.#input.subarray(2 + length);
      this.#work = this.#work.then(() => this.#handle(body));
    }
  }

  async #handle(body: Uint8Array): Promise<void> {
    if (this.#out) return;
    if (body.length === 1) {
      this.#control(body[0] ?? 0);
      return;
    }
    const answer = this.card.process(body);
    this.#save();
    if (answer === undefined) {
      // Powered and yet no answer: a silent card stays in the reader
      if (!this.card.powered) this.#finish('torn');
      return;
    }
    const delay = this.card.faults.delayMs ?? 0;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    this.#send(answer);
  }

  #control(code: number): void {
    switch (code) {
      case CONTROL.off:
        this.card.powerDown();
        return;
      case CONTROL.on:
      case CONTROL.reset:
        if (this.card.powerUp().length === 0) this.#finish('torn');
        else this.#save();
        return;
      case CONTROL.atr:
        this.#send(this.card.atr);
        this.#seen();
        return;
      default:
        return;
    }
  }

  #send(body: Uint8Array): void {
    const frame = Buffer.alloc(2 + body.length);
    frame.writeUInt16BE(body.length, 0);
    frame.set(body, 2);
    this.#socket?.write(frame);
  }

  #save(): void {
    if (this.card.writes === this.#savedWrites) return;
    this.#savedWrites = this.card.writes;
    this.options.save(this.card.image());
  }

  #finish(end: LinkEnd): void {
    this.#end = end;
    this.#out = true;
    this.#save();
    this.#socket?.destroy();
  }
}
