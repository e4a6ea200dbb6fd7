import { CardError, accessPurpose, terminalAuthenticate, type CardSession, type ChipAuthentication } from '../card/index.js';
import { done, failed, type AccessRight, type Failure, type Outcome } from '../contract/index.js';
import type { CardContext } from './ports.js';

/** What a workflow wants of a card, and what it says in the card's log that it is for (access.md 4). */
export interface Opening {
  readonly right: AccessRight;
  readonly purpose: keyof typeof accessPurpose;
}

/** Of a chip that proved its key: the CVCAs that it says it trusts, and what the terminal signs of the channel. */
export type ChipProof = Extract<ChipAuthentication, { readonly proven: true }>;

/** Before a card is touched. ACCESS_CERTIFICATE_MISSING, ACCESS_CERTIFICATE_EXPIRED, ACCESS_RIGHT_MISSING with the right. */
export function entitled({ access }: Pick<CardContext, 'access'>, ...rights: readonly AccessRight[]): Outcome<undefined> {
  const held = access.rights();
  if (!held.ok) return held;
  const missing = rights.find((right) => !held.value.includes(right));
  return missing === undefined ? done(undefined) : failed('ACCESS_RIGHT_MISSING', missing);
}

/**
 * Terminal authentication on a chip that has proved its key: the card has logged it, and its rights are in force until secure messaging ends.
 * ACCESS_REFUSED names what the card refused (`unknown-signer`, `dates`, …): secure messaging is over then.
 */
export async function proveRights(ctx: CardContext, session: CardSession, chip: { readonly chipKey: Uint8Array; readonly proof: ChipProof }, opening: Opening): Promise<Outcome<undefined>> {
  const held = entitled(ctx, opening.right);
  if (!held.ok) return held;
  const credentials = ctx.access.credentials(chip.proof.trustPoints);
  if (!credentials.ok) return credentials;
  ctx.onStep?.({ step: 'rights', done: 0, of: 1 });
  const claim = { time: ctx.clock.now(), purpose: accessPurpose[opening.purpose] };
  const answer = await terminalAuthenticate(session, { chipKey: chip.chipKey, ephemeral: chip.proof.ephemeral }, credentials.value, claim);
  return answer.granted ? done(undefined) : failed('ACCESS_REFUSED', answer.reason);
}

/** A chip that granted less than this terminal holds itself entitled to (6982): ACCESS_RIGHT_MISSING. Undefined for anything else that went wrong. */
export const denied = (error: unknown, right: AccessRight): Failure | undefined => (error instanceof CardError && error.sw === 0x6982 ? failed('ACCESS_RIGHT_MISSING', right) : undefined);

/** Runs what a right opens; a chip that denies it gives a value. */
export async function within<T>(right: AccessRight, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    const refused = denied(error, right);
    if (refused === undefined) throw error;
    return refused;
  }
}
