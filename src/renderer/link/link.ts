import type { Call } from '../../contract/index.js';

/** Told by the host of the window, not by the service. */
export type HostNotice = 'leave-requested';

export interface LinkListener {
  /** `up`: calls reach the service, which tells its whole state again. `down`: it is being started anew, or the connection is lost. */
  link(state: 'up' | 'down'): void;
  /** as it came, not looked at yet */
  event(event: unknown): void;
  host(notice: HostNotice): void;
}

/** The way to the service, whatever carries it. */
export interface Link {
  /** Begins to listen; the first `up` comes later. */
  open(listener: LinkListener): void;
  /** Dropped while the link is down: what must not be lost is sent again by the caller after `up`. */
  send(call: Call): void;
  close(): void;
}
