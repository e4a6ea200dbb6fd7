import { randomUUID } from 'node:crypto';
import { CodedError, keypadAnswer, type KeypadAsk } from '../contract/index.js';

/** One keypad that is open. */
export interface KeypadPort {
  /** Anything: what is no answer to what is asked now is dropped. */
  answer(answer: unknown): void;
  close(): void;
}

interface Asked {
  readonly ask: KeypadAsk;
  settle(digits: string | null): void;
}

/**
 * The holder's keypads of this terminal, wherever they are shown, and the one thing that is asked of them now. Digits live here as bytes that the caller wipes; the text that a keypad sent is
 * dropped at once. Nothing of it is logged.
 */
export class Keypad {
  readonly #changed: () => void;
  readonly #pads = new Set<(ask: KeypadAsk | null) => void>();
  #asked: Asked | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get open(): boolean {
    return this.#pads.size > 0;
  }

  /** The holder is asked something. */
  get asking(): boolean {
    return this.#asked !== undefined;
  }

  /** Nobody waits for the holder any more. */
  giveUp(): void {
    this.#asked?.settle(null);
  }

  attach(tell: (ask: KeypadAsk | null) => void): KeypadPort {
    this.#pads.add(tell);
    tell(this.#asked?.ask ?? null);
    this.#changed();
    return {
      answer: (answer) => this.#answer(answer),
      close: () => {
        if (!this.#pads.delete(tell)) return;
        this.#changed();
        // Nobody is left who could answer.
        if (!this.open) this.#asked?.settle(null);
      },
    };
  }

  /** Six ASCII digits, to be wiped by the caller; null: the holder gave up, or no keypad is open any more. Rejects with the signal's reason. @throws CodedError KEYPAD_MISSING */
  async ask(what: KeypadAsk['what'], signal: AbortSignal, more: Pick<KeypadAsk, 'refused' | 'triesLeft'> = {}): Promise<Uint8Array | null> {
    if (!this.open) throw new CodedError('KEYPAD_MISSING');
    signal.throwIfAborted();
    const ask: KeypadAsk = { id: randomUUID(), what, ...more };
    try {
      const digits = await new Promise<string | null>((resolve, reject) => {
        this.#asked?.settle(null);
        this.#asked = { ask, settle: resolve };
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        this.#tell(ask);
      });
      return digits === null ? null : Uint8Array.from(digits, (digit) => digit.charCodeAt(0));
    } finally {
      if (this.#asked?.ask === ask) {
        this.#asked = undefined;
        this.#tell(null);
      }
    }
  }

  #answer(received: unknown): void {
    const parsed = keypadAnswer.safeParse(received);
    if (!parsed.success || parsed.data.id !== this.#asked?.ask.id) return;
    this.#asked.settle(parsed.data.digits);
  }

  #tell(ask: KeypadAsk | null): void {
    for (const tell of this.#pads) tell(ask);
  }
}
