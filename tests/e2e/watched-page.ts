import type { BrowserContext, Page } from 'playwright-core';
import type { Look } from './app-host.js';

/** A tone as the page scheduled it with the Web Audio interface: what a loudspeaker would have played. */
export interface Tone {
  /** hertz */
  readonly frequency: number;
  /** milliseconds since the page began */
  readonly at: number;
}

/** What is printed on a card that was made: who holds it reads it there. */
export interface MadeCard {
  readonly permitNumber: string;
  readonly serial: string;
  readonly can: string;
}

const madeIn = (event: unknown): readonly MadeCard[] => {
  const { event: kind, value } = event as { event?: string; value?: Partial<MadeCard> | null };
  const { permitNumber, serial, can } = kind === 'done' ? (value ?? {}) : {};
  return permitNumber === undefined || serial === undefined || can === undefined ? [] : [{ permitNumber, serial, can }];
};

interface Recorded {
  tones: Tone[];
  longTasks: { readonly at: number; readonly ms: number }[];
  violations: string[];
}

declare global {
  var e2eRecorded: Recorded | undefined;
}

/** Runs in the page before anything of it: notes tones, long tasks and violations of the content security policy. */
const record = (): void => {
  const recorded: Recorded = { tones: [], longTasks: [], violations: [] };
  globalThis.e2eRecorded = recorded;
  // eslint's types of this room are Node's: the page's own are reached through its global object.
  const page = globalThis as unknown as {
    OscillatorNode: { prototype: { start: (this: { frequency: { value: number } }, when?: number) => void } };
    PerformanceObserver: new (heard: (list: { getEntries(): { startTime: number; duration: number }[] }) => void) => { observe(options: object): void };
    document: { addEventListener(name: string, heard: (event: { violatedDirective: string; blockedURI: string }) => void): void };
  };
  const begin = page.OscillatorNode.prototype.start;
  page.OscillatorNode.prototype.start = function (when) {
    recorded.tones.push({ frequency: this.frequency.value, at: performance.now() });
    begin.call(this, when);
  };
  new page.PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) recorded.longTasks.push({ at: startTime, ms: duration });
  }).observe({ type: 'longtask', buffered: true });
  page.document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => recorded.violations.push(`${violatedDirective} ${blockedURI}`));
};

const choose = (look: string): void => {
  const { localStorage } = globalThis as unknown as { localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void } };
  if (localStorage.getItem('look') === null) localStorage.setItem('look', look);
};

/** A page with everything noted that must not happen on it, and what a person hears. */
export class WatchedPage {
  /** errors of the console and exceptions, for the end of each test */
  readonly complaints: string[] = [];
  /** oldest first */
  readonly made: MadeCard[] = [];

  constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (typeof payload === 'string') this.made.push(...madeIn(JSON.parse(payload)));
      }),
    );
    page.on('pageerror', (error) => this.complaints.push(`exception: ${error.message}`));
  }

  /** Before the page's first navigation, or before a reload. The look is put where the page finds it the first time; what a person chooses afterwards stays. */
  static async instrument(target: BrowserContext, look?: Look): Promise<void> {
    await target.addInitScript(record);
    if (look !== undefined) await target.addInitScript(choose, JSON.stringify(look));
  }

  /** In Electron, where events come over a bridge. */
  async hearBridge(): Promise<void> {
    await this.page.exposeFunction('e2eHeard', (event: unknown) => void this.made.push(...madeIn(event)));
    await this.page.evaluate(() => {
      const { residenceCard, e2eHeard } = globalThis as unknown as { residenceCard: { onEvent(listener: (event: unknown) => void): void }; readonly e2eHeard: (event: unknown) => void };
      residenceCard.onEvent((event) => e2eHeard(event));
    });
  }

  async #recorded(): Promise<Recorded> {
    const recorded = await this.page.evaluate(() => globalThis.e2eRecorded);
    if (recorded === undefined) throw new Error('the page is not instrumented');
    return recorded;
  }

  tones(): Promise<readonly Tone[]> {
    return this.#recorded().then(({ tones }) => tones);
  }

  longTasks(): Promise<Recorded['longTasks']> {
    return this.#recorded().then(({ longTasks }) => longTasks);
  }

  /** What is left to be said of the page: nothing, or the test fails. */
  async faults(): Promise<string[]> {
    return [...this.complaints, ...(await this.#recorded()).violations];
  }
}
