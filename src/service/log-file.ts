import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface LogFileOptions {
  /** bytes of one file; 5 MB unless stated */
  readonly fileBytes?: number;
  /** Network events are kept for six months at least (Cybersecurity Law Art. 21 (3)); 190 days unless stated. */
  readonly keepDays?: number;
  /** files kept whatever their age says: a disk is not filled by whoever makes noise; 40 unless stated */
  readonly mostFiles?: number;
  readonly now?: () => number;
}

const current = 'service.log';
const day = 86_400_000;

/**
 * A log that changes file by size, as a destination of pino: `service.log` and, beside it, the ones before with the time at which they were closed in their name. A disk that is
 * full costs lines of the log, never the work.
 */
export class LogFile {
  readonly #folder: string;
  readonly #options: Required<LogFileOptions>;
  #file: number | undefined;
  #size = 0;

  constructor(folder: string, options: LogFileOptions = {}) {
    this.#folder = folder;
    this.#options = { fileBytes: 5 * 1024 * 1024, keepDays: 190, mostFiles: 40, now: Date.now, ...options };
  }

  write(line: string): void {
    try {
      this.#file ??= this.#open();
      if (this.#size > 0 && this.#size + Buffer.byteLength(line) > this.#options.fileBytes) this.#turn();
      this.#size += writeSync(this.#file, line);
    } catch {
      // No place to say so either; the next line tries again.
      this.close();
    }
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = openSync(join(this.#folder, current), 'a', 0o600);
    this.#size = fstatSync(file).size;
    this.#prune();
    return file;
  }

  #turn(): void {
    this.close();
    const closedAt = new Date(this.#options.now()).toISOString().replaceAll(/[:.]/g, '-');
    renameSync(join(this.#folder, current), join(this.#folder, `service-${closedAt}.log`));
    this.#file = this.#open();
  }

  #prune(): void {
    const closed = readdirSync(this.#folder).filter((name) => /^service-.+\.log$/.test(name)).sort();
    const oldest = this.#options.now() - this.#options.keepDays * day;
    for (const [i, name] of closed.entries()) {
      const path = join(this.#folder, name);
      if (closed.length - i >= this.#options.mostFiles || statSync(path).mtimeMs < oldest) rmSync(path, { force: true });
    }
  }
}
