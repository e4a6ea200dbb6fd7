import type { Call, HostEvent, KeypadAnswer, KeypadShown, LinkState, PrintRequest, ServiceEvent } from '../src/contract/index.js';

/** One channel each way between main process and preload. */
export const toHost = 'residence-card:to-host';
export const toPage = 'residence-card:to-page';

/** The keypad's own two: its page is never on those above. */
export const keypadToHost = 'residence-card:keypad-to-host';
export const hostToKeypad = 'residence-card:host-to-keypad';

/** `pong` answers `ping`: a page whose script hangs does not. */
export type PageMessage = { readonly kind: 'attach' } | { readonly kind: 'call'; readonly call: Call } | { readonly kind: 'print'; readonly request: PrintRequest } | { readonly kind: 'pong' };

export type HostToPage =
  | { readonly kind: 'event'; readonly event: ServiceEvent }
  | { readonly kind: 'link'; readonly state: LinkState }
  | { readonly kind: 'host'; readonly event: HostEvent }
  | { readonly kind: 'ping' };

export type KeypadMessage = { readonly kind: 'attach' } | { readonly kind: 'answer'; readonly answer: KeypadAnswer };
export type HostToKeypad = KeypadShown;
