import type { Call, HostEvent, LinkState, PrintRequest, ServiceEvent } from '../src/contract/index.js';

/** One channel each way between main process and preload. */
export const toHost = 'residence-card:to-host';
export const toPage = 'residence-card:to-page';

/** `pong` answers `ping`: a page whose script hangs does not. */
export type PageMessage = { readonly kind: 'attach' } | { readonly kind: 'call'; readonly call: Call } | { readonly kind: 'print'; readonly request: PrintRequest } | { readonly kind: 'pong' };

export type HostToPage =
  | { readonly kind: 'event'; readonly event: ServiceEvent }
  | { readonly kind: 'link'; readonly state: LinkState }
  | { readonly kind: 'host'; readonly event: HostEvent }
  | { readonly kind: 'ping' };
