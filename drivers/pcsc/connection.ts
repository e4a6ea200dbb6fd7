import { ChannelError, type CardChannel } from '../../src/card/channel.js';
import { dispositionCodes, type Disposition } from './disposition.js';
import { kinds, withHandle, type Kind } from './frames.js';
import type { ProcessLink } from './process-link.js';

/** pcsc-lite's virtual reader and several drivers drop the card at longer ones (Lc = 65,535 ejects it). */
const longestCommand = 65_535;

/** One powered card, exclusively ours until `close`. After the first lost-hardware error it is dead and answers every command with that error. */
export class PcscConnection implements CardChannel {
  #dead: ChannelError | undefined;
  #busy = false;
  /** Commands behind the one on its way, as long as they are not settled. */
  readonly #followers = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(
    readonly atr: Uint8Array,
    readonly readerName: string,
    private readonly link: ProcessLink,
    private readonly handle: number,
    private readonly deadlines: { readonly transmitMs: number; readonly closeMs: number },
    private readonly released: () => void,
  ) {}

  /** Rejects with {@link ChannelError}. Throws for a command that is none (4 to 65,535 bytes) and for two commands at once: those are bugs. */
  async transmit(command: Uint8Array): Promise<Uint8Array> {
    if (this.#busy) throw new Error('two commands at once on one connection');
    this.#busy = true;
    try {
      if (this.#followers.size > 0) await Promise.allSettled(this.#followers);
      return await this.#call(kinds.transmit, command, this.deadlines.transmitMs);
    } finally {
      this.#busy = false;
    }
  }

  /** {@link CardChannel.follow}. The reader process holds the command back until the one before it is answered; the deadline allows for all of them. */
  async follow(command: Uint8Array): Promise<Uint8Array | undefined> {
    const sent = this.#call(kinds.follow, command, this.deadlines.transmitMs * (2 + this.#followers.size));
    this.#followers.add(sent);
    try {
      const answer = await sent;
      return answer.length === 0 ? undefined : answer;
    } finally {
      this.#followers.delete(sent);
    }
  }

  async #call(kind: Kind, command: Uint8Array, deadlineMs: number): Promise<Uint8Array> {
    if (command.length < 4 || command.length > longestCommand) throw new RangeError(`a command of ${command.length} bytes`);
    if (this.#dead !== undefined) throw this.#dead;
    try {
      return await this.link.call(kind, withHandle(this.handle, command), deadlineMs);
    } catch (error) {
      if (error instanceof ChannelError) this.#dead = error;
      throw error;
    }
  }

  /**
   * Gives the reader back; the card is reset unless `leave` is asked for, so that no session survives its workflow. Never rejects: a reader that
   * is gone needs no closing, and one that hangs is killed by its deadline.
   */
  close(disposition: Disposition = 'reset'): Promise<void> {
    this.#closed ??= this.#close(disposition);
    return this.#closed;
  }

  async #close(disposition: Disposition): Promise<void> {
    this.#dead ??= new ChannelError('CARD_REMOVED', 'the connection is closed');
    try {
      await this.link.call(kinds.disconnect, withHandle(this.handle, Uint8Array.of(dispositionCodes[disposition])), this.deadlines.closeMs);
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
    } finally {
      this.released();
    }
  }
}
