import type { Call, HostEvent, LinkState, ServiceEvent } from '../../contract/index.js';

export interface LinkListener<E = ServiceEvent> {
  /** `up`: calls reach the service, which tells its whole state again. `down`: it is being started anew, or the connection is lost. */
  link(state: LinkState): void;
  event(event: E): void;
  /** told by the host of the window, not by the service */
  host(event: HostEvent): void;
}

/** The way to the service, whatever carries it. */
export interface Link<E = ServiceEvent> {
  /** Begins to listen; the first `up` comes later. */
  open(listener: LinkListener<E>): void;
  /** Dropped while the link is down: what must not be lost is sent again by the caller after `up`. */
  send(call: Call): void;
  close(): void;
}
