import { z } from 'zod';
import { hostMessage, type ServiceEvent, type ServiceMessage } from '../../contract/index.js';
import type { AppService, Ui } from '../app-service.js';
import type { KeypadPort } from '../keypad.js';
import type { ServiceLog } from '../log.js';

export interface HostLinkOptions {
  readonly service: AppService;
  readonly log: ServiceLog;
  readonly send: (message: ServiceMessage) => void;
  /** a new one-time address; undefined: this service listens to no browser */
  readonly address: () => string | undefined;
  readonly stop: () => void;
}

const calling = z.object({ kind: z.literal('call'), call: z.unknown() });

/** The host's side of the contract (src/contract/link.ts): what it sends, and what it hears. */
export class HostLink {
  readonly #options: HostLinkOptions;
  #ui: Ui | undefined;
  #keypad: KeypadPort | undefined;

  constructor(options: HostLinkOptions) {
    this.#options = options;
  }

  receive(raw: unknown): void {
    const { service, log, send } = this.#options;
    // A call that is misshapen still gets its answer, under the id of its run.
    const asked = calling.safeParse(raw);
    if (asked.success) {
      // Who calls without having attached is attached by it.
      this.#ui ??= service.attach((event) => this.#event(event));
      if (!this.#ui.call(asked.data.call)) log.warn('call refused', { reason: 'ipc' });
      return;
    }
    const parsed = hostMessage.safeParse(raw);
    if (!parsed.success) return log.warn('call refused', { reason: 'ipc' });
    switch (parsed.data.kind) {
      case 'attach':
        this.#ui?.detach();
        this.#ui = service.attach((event) => this.#event(event));
        log.info('host attached');
        return;
      case 'detach':
        return this.detach();
      case 'keypad': {
        // One that is opened anew takes over what is asked; only then the one before is gone.
        const before = this.#keypad;
        this.#keypad = parsed.data.open ? service.attachKeypad((ask) => send({ kind: 'keypad', ask })) : undefined;
        return before?.close();
      }
      case 'keypad-answer':
        this.#keypad?.answer(parsed.data.answer);
        return;
      case 'address': {
        const url = this.#options.address();
        if (url !== undefined) send({ kind: 'address', url });
        return;
      }
      case 'ping':
        return send({ kind: 'pong' });
      case 'stop':
        return this.#options.stop();
      case 'call':
        return;
    }
  }

  /** Told to a host that is attached with every other event, and to the host of a browser, which is not. */
  leave(): void {
    if (this.#ui === undefined) this.#event({ event: 'leave' });
  }

  detach(): void {
    this.#ui?.detach();
    this.#ui = undefined;
  }

  /** The host itself is gone, and the keypad that it showed. */
  gone(): void {
    this.detach();
    this.#keypad?.close();
    this.#keypad = undefined;
  }

  #event(event: ServiceEvent): void {
    this.#options.send({ kind: 'event', event });
  }
}
