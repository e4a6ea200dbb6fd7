/**
 * DIR/logs/host.log: one JSON object a line, what happened to window and service. Codes and numbers only, so no personal data can get in; a file that cannot be written never
 * stops the app. At 1 MB it becomes host.log.1.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type HostCode =
  | 'HOST_STARTED' | 'HOST_STOPPED' | 'HOST_FAULT' | 'HOST_RELAUNCHED' | 'HOST_SECOND_INSTANCE' | 'HOST_DEBUGGING_REFUSED' | 'HOST_LEAVE' | 'HOST_QUIT_ASKED'
  | 'SERVICE_STARTED' | 'SERVICE_READY' | 'SERVICE_ENDED' | 'SERVICE_HUNG' | 'SERVICE_FAULT' | 'SERVICE_KILLED' | 'SERVICE_MESSAGE_REFUSED'
  | 'PAGE_LOADED' | 'PAGE_FAILED' | 'PAGE_GONE' | 'PAGE_HUNG' | 'PAGE_FALLBACK' | 'PAGE_SENDER_REFUSED' | 'PAGE_MESSAGE_REFUSED' | 'PAGE_CALL_LOST' | 'PRELOAD_FAULT'
  | 'KEYPAD_OPENED' | 'KEYPAD_CLOSED' | 'KEYPAD_GONE' | 'PRINT_ENDED' | 'CAMERA_ALLOWED'
  | 'GPU_GONE' | 'GPU_SOFTWARE' | 'HELPER_GONE'
  | 'NAVIGATION_DENIED' | 'WINDOW_DENIED' | 'WEBVIEW_DENIED' | 'PERMISSION_DENIED' | 'DOWNLOAD_DENIED' | 'CERTIFICATE_DENIED' | 'REQUEST_DENIED' | 'CLOSE_DENIED' | 'WINDOW_LOST';

/** Numbers, and words of a closed vocabulary of Electron's or ours; never text from a page, an address or a path. */
export type HostFacts = Readonly<Record<string, number | string>>;

const limit = 1_000_000;

export class HostLog {
  readonly #file: string;

  constructor(dataFolder: string) {
    const folder = join(dataFolder, 'logs');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch {
      // Written below, or not at all.
    }
    this.#file = join(folder, 'host.log');
  }

  write(code: HostCode, facts: HostFacts = {}): void {
    try {
      this.#rotate();
      appendFileSync(this.#file, `${JSON.stringify({ time: new Date().toISOString(), code, ...facts })}\n`, { mode: 0o600 });
    } catch {
      // A full disk is the service's to tell; the window stays.
    }
  }

  #rotate(): void {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > limit) renameSync(this.#file, `${this.#file}.1`);
  }
}
