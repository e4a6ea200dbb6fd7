import { dispositions, protocolT0orT1, shareExclusive, type NativeReader } from './binding.js';
import { translate, type Translated } from './errors.js';

/** A refusal of PC/SC inside the reader process. */
export class NativeError extends Error {
  override readonly name = 'NativeError';
  constructor(readonly reason: Translated) {
    super(`${reason.code}: ${reason.detail}`);
  }
}
const refuse = (error: Error): NativeError => new NativeError(translate(error));

/** SW1 SW2 and 65,536 bytes: the binding fails a response that does not fit instead of cutting it. */
const longestResponse = 65_538;
const insSelect = 0xa4;

/**
 * One exclusive connection. Exclusive sharing stands for the transaction that the binding lacks (it has no SCardBeginTransaction): nobody else
 * talks to the card between two commands of a workflow. One instance for one connection; two commands never overlap (the supervisor sees to it).
 */
export class NativeChannel {
  #protocol = 0;
  #fresh = true;

  private constructor(private readonly reader: NativeReader) {}

  static async open(reader: NativeReader): Promise<NativeChannel> {
    const channel = new NativeChannel(reader);
    await channel.#connect();
    return channel;
  }

  #connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.reader.connect({ share_mode: shareExclusive, protocol: protocolT0orT1 }, (error, protocol) => {
        // Without a protocol the binding believed itself connected (its `connected` survives a failed disconnect) and did nothing.
        if (error) reject(refuse(error));
        else if (protocol === undefined) reject(new NativeError({ code: 'READER_BUSY', detail: 'stale connection', contextLost: true }));
        else {
          this.#protocol = protocol;
          resolve();
        }
      });
    });
  }

  /** One command, one response of at least SW1 SW2. Each call holds a thread of libuv's pool until the card answers; the parent counts the time. */
  async transmit(command: Uint8Array): Promise<Uint8Array> {
    const fresh = this.#fresh;
    this.#fresh = false;
    try {
      return await this.#transmitOnce(command);
    } catch (error) {
      if (!(error instanceof NativeError) || error.reason.ambiguous !== true) throw error;
      // PC/SC does not say whether the card is mute or gone. A new connection does: it fails with "no card" when it is gone.
      await this.#reconnect();
      // The first command after an insertion may fail once while reader and card settle. SELECT changes nothing, so it alone is sent again.
      if (fresh && command[1] === insSelect) return await this.#transmitOnce(command);
      throw error;
    }
  }

  #transmitOnce(command: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.reader.transmit(Buffer.from(command.buffer, command.byteOffset, command.byteLength), longestResponse, this.#protocol, (error, response) => {
        if (error) reject(refuse(error));
        // A card pulled in mid-transmit comes back as success with an empty buffer.
        else if (response === undefined || response.length < 2) reject(new NativeError({ code: 'CARD_REMOVED', detail: 'empty response' }));
        else resolve(response);
      });
    });
  }

  async #reconnect(): Promise<void> {
    await this.close('reset');
    try {
      await this.#connect();
    } catch (error) {
      if (error instanceof NativeError && error.reason.code === 'CARD_ABSENT') throw new NativeError({ ...error.reason, code: 'CARD_REMOVED' });
      throw error;
    }
  }

  /** The disposition is always given: the binding's default cuts the card's power. Rejects when PC/SC refuses; the native object is spoilt then. */
  close(disposition: keyof typeof dispositions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.reader.disconnect(dispositions[disposition], (error) => {
        if (error) reject(refuse(error));
        else resolve();
      });
    });
  }
}
