/** The graphics process: Chromium starts it anew by itself; when it goes three times in a minute, the app begins again and draws in software. Other helpers are only noted. */
import type { HostLog } from './host-log.js';

export interface GoneDetails {
  readonly type: string;
  readonly reason: string;
}

const window = 60_000;
const limit = 3;

export class GraphicsWatch {
  readonly #log: HostLog;
  readonly #continueInSoftware: () => void;
  #gone: number[] = [];

  constructor(log: HostLog, continueInSoftware: () => void) {
    this.#log = log;
    this.#continueInSoftware = continueInSoftware;
  }

  onGone({ type, reason }: GoneDetails): void {
    if (reason === 'clean-exit') return;
    if (type !== 'GPU') {
      this.#log.write('HELPER_GONE', { type, reason });
      return;
    }
    this.#log.write('GPU_GONE', { reason });
    const now = Date.now();
    this.#gone = [...this.#gone.filter((at) => now - at < window), now];
    if (this.#gone.length < limit || process.argv.includes('--disable-gpu')) return;
    this.#log.write('GPU_SOFTWARE');
    this.#continueInSoftware();
  }
}
