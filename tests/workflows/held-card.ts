import type { AccessRight } from '../../src/contract/index.js';
import { setHolderPin, type IssueContext, type UpdateContext } from '../../src/workflows/index.js';
import { issuedCard, type IssuedCard } from './issued-card.js';
import { everyRight } from './test-access.js';

type Context = IssueContext & UpdateContext;

export const rightPin = '384951';
export const otherPin = '270618';
export const digits = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Whether a workflow left nothing of what the holder typed. */
export const wiped = (...secrets: readonly Uint8Array[]): boolean => secrets.every((secret) => secret.every((byte) => byte === 0));

export const contextOf = ({ terminal, reader }: IssuedCard): Context => terminal.context(reader.insert());
/** The same card at a terminal of another place, with the rights of such a one. */
export function at(card: IssuedCard, mode: Context['mode'], ...rights: readonly AccessRight[]): Context {
  card.terminal.access.rightsHeld = rights;
  return { ...contextOf(card), mode };
}
export const atKiosk = (card: IssuedCard): Context => at(card, 'kiosk', 'kiosk');
export const atCounter = (card: IssuedCard): Context => at(card, 'counter', 'inspect', 'endorse', 'service', 'manage');

/** An issued card whose holder has set the PIN at the hand-over; the records so far are not kept. */
export async function heldCard(...options: Parameters<typeof issuedCard>): Promise<IssuedCard> {
  const card = await issuedCard(...options);
  const set = await setHolderPin(atCounter(card), digits(rightPin), { by: 'op-1' });
  if (!set.ok) throw new Error(set.code);
  card.terminal.records.length = 0;
  card.terminal.access.rightsHeld = everyRight;
  return card;
}

export const failure = (outcome: { readonly ok: true } | { readonly ok: false; readonly code: string; readonly detail?: string }): unknown => (outcome.ok ? 'ok' : [outcome.code, outcome.detail]);
/** INS of every command since the card was put in. */
export const instructions = ({ reader }: IssuedCard): number[] => reader.log.map(({ command }) => command[1] ?? 0);
