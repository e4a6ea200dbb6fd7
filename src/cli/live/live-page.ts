import type { ServerResponse } from 'node:http';
import { failures, isFailureCode, type FailureCode } from '../../contract/index.js';
import type { ReaderState } from '../../../drivers/pcsc/index.js';
import type { Terminal } from '../../service/index.js';
import type { CardOnShelf } from '../cards.js';

interface Sentence {
  readonly zh: string;
  readonly en: string;
}
interface View {
  readonly view: string;
  readonly message?: Sentence;
  readonly lines: readonly { readonly check: string; readonly result: string; readonly text?: Sentence }[];
  readonly permitNumber?: string;
  readonly statusListAgeSeconds?: number;
}

const waiting: View = { view: 'waiting', lines: [] };
const sentence = (code: FailureCode): Sentence => ({ zh: failures[code].zh + failures[code].nextZh, en: `${failures[code].en} ${failures[code].nextEn}` });
const refused = (code: FailureCode): View => ({ view: 'refused', message: sentence(code), lines: [] });

/** What the page shows now: the verdict of the card on any reader, verified again with each card that is put down. */
export class LivePage {
  readonly #listeners = new Set<ServerResponse>();
  #view: View = waiting;
  #readers: readonly ReaderState[] = [];
  #platformUp = false;
  #lying: string | undefined;
  #unsubscribe: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly terminal: Terminal,
    private readonly platformUrl: string,
    private readonly cards: () => CardOnShelf[],
  ) {}

  watch(): void {
    this.#unsubscribe = this.terminal.supervisor.onChange((readers) => this.#changed(readers));
    this.#timer = setInterval(() => void this.#askPlatform(), 10_000).unref();
    void this.#askPlatform();
  }

  listen(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
    response.write(this.#message());
  }

  shelfChanged(): void {
    this.#tell();
  }

  close(): void {
    this.#unsubscribe?.();
    clearInterval(this.#timer);
    for (const response of this.#listeners) response.end();
  }

  #changed(readers: readonly ReaderState[]): void {
    this.#readers = readers;
    const lying = readers.find((reader) => reader.cardPresent)?.name;
    if (lying === this.#lying) return this.#tell();
    this.#lying = lying;
    if (lying === undefined) this.#show(waiting);
    else void this.#verify(lying);
  }

  async #verify(reader: string): Promise<void> {
    this.#show({ view: 'reading', lines: [] });
    const outcome = await this.terminal.verify({ reader }).catch(() => undefined);
    // Another card, or none, lies there by now: its own event decides what is shown.
    if (this.#lying !== reader) return;
    if (outcome === undefined) return this.#show(refused('INTERNAL'));
    if (!outcome.ok) return this.#show(refused(outcome.code));
    const { result, lines, permitNumber, statusListAgeSeconds } = outcome.value.verdict;
    this.#show({
      view: result,
      lines: lines.map(({ check, result: each, code }) => ({ check, result: each, ...(code !== undefined && isFailureCode(code) ? { text: sentence(code) } : {}) })),
      ...(permitNumber === undefined ? {} : { permitNumber }),
      ...(statusListAgeSeconds === undefined ? {} : { statusListAgeSeconds }),
    });
  }

  async #askPlatform(): Promise<void> {
    this.#platformUp = await fetch(new URL('/v1/health', this.platformUrl), { signal: AbortSignal.timeout(3_000) }).then(
      (response) => response.ok,
      () => false,
    );
    this.#tell();
  }

  #show(view: View): void {
    this.#view = view;
    this.#tell();
  }

  #message(): string {
    const kind = (card: CardOnShelf): string => (card.lifeCycle === 'blank' ? 'blank' : card.name.endsWith('-clone') ? 'clone' : 'issued');
    const shelf = this.cards().map((card) => ({ name: card.name, serial: card.name.replace('-clone', ''), kind: kind(card), inserted: card.inserted }));
    const health = { reader: this.#readers.map((reader) => reader.name).join(', ') || null, platform: this.#platformUp, queue: this.terminal.outbox.counts().pending };
    return `data: ${JSON.stringify({ ...this.#view, shelf, health })}\n\n`;
  }

  #tell(): void {
    const message = this.#message();
    for (const response of this.#listeners) response.write(message);
  }
}
