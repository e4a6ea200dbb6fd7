import { PcscSupervisor, type ReaderState } from '../../drivers/pcsc/index.js';

/** The readers as they were told last, of whichever supervisor is in use: a machine that is not enrolled has readers too. */
export class ReadersWatch {
  readonly #changed: () => void;
  readonly #pcsc: string | undefined;
  #own: PcscSupervisor | undefined;
  #watched: PcscSupervisor | undefined;
  #unsubscribe: (() => void) | undefined;
  #list: readonly ReaderState[] = [];

  constructor(pcsc: string | undefined, changed: () => void) {
    this.#pcsc = pcsc;
    this.#changed = changed;
  }

  get current(): { readonly list: readonly ReaderState[]; readonly serviceDown: boolean } {
    return { list: this.#list, serviceDown: this.#watched?.serviceDown ?? false };
  }

  /** Of the terminal, or of none: a supervisor of its own. */
  async watch(supervisor?: PcscSupervisor): Promise<void> {
    this.#unsubscribe?.();
    const own = this.#own;
    this.#own = supervisor === undefined ? PcscSupervisor.start(this.#pcsc === undefined ? {} : { env: { PCSCLITE_CSOCK_NAME: this.#pcsc } }) : undefined;
    this.#watched = supervisor ?? this.#own;
    this.#unsubscribe = this.#watched?.onChange((readers) => {
      this.#list = readers;
      this.#changed();
    });
    await own?.stop();
  }

  async restart(): Promise<number> {
    await this.#own?.restart();
    return (await this.#own?.readers())?.length ?? 0;
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await this.#own?.stop();
  }
}
