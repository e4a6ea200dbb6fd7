import type { CardSession, ChipStatus, PermitApplication } from '../card/index.js';
import { done, failed, type Failure, type Outcome } from '../contract/index.js';
import { verdictOrder, type Authentic, type Endorsement, type Verdict } from '../permit/index.js';
import { openCard, show, type HeldName } from './inspect.js';
import { authenticate, chipOf, judge } from './judge.js';
import type { VerifyContext } from './ports.js';

/** An issued card that is genuine by its signatures and whose chip proved itself; its session speaks secure messaging. What else the verdict says is still to be weighed. */
export interface PresentCard {
  readonly session: CardSession;
  readonly application: PermitApplication;
  readonly card: Authentic;
  /** As the journal names the chip. */
  readonly chip: string;
  readonly verdict: Verdict;
  readonly counters: ChipStatus['counters'];
  /** The newest one; absent: the card was never endorsed, or what lies there is not authentic (the verdict says so). */
  readonly endorsement?: Endorsement;
}

/** Reads a card as a verifier does, with the held files that an update builds on. A card that is not genuine or does not prove itself ends here. */
export async function presentCard(ctx: VerifyContext, session: CardSession, held: readonly HeldName[] = []): Promise<Outcome<PresentCard>> {
  const opened = await openCard(ctx, session);
  if (!opened.ok) return opened;
  const { application } = opened.value;
  const shown = await show(ctx, opened.value, (files) => authenticate(ctx, files));
  const files = shown.chip === 'proved' && held.length > 0 ? await application.readFiles(...held) : {};
  const { verdict, card, endorsement } = judge(ctx, shown, files);
  if (!card.ok || shown.status === undefined) return refusalOf(verdict) ?? failed('STATE_NOT_ALLOWED');
  return done({
    session,
    application,
    card,
    chip: chipOf(card),
    verdict,
    counters: shown.status.counters,
    ...(typeof endorsement === 'object' && endorsement.ok ? { endorsement: endorsement.object } : {}),
  });
}

/** What is wrong with the terminal's list and not with the card: a delegation, which lasts days, bounds what is signed meanwhile. */
const bearable: ReadonlySet<string> = new Set(['trust-list-stale']);

/**
 * Why a card with this verdict is not written: the worst line that is not valid, by its own code, else STATE_NOT_ALLOWED with its reason. `evenIfOverdue`: a missed
 * endorsement suspends the use of a permit (Order 663 Art. 10), not the duty to report a move nor the right to be endorsed late.
 */
export function refusalOf(verdict: Verdict, evenIfOverdue = false): Failure | undefined {
  const standing = verdict.lines.filter(({ result, reason }) => result !== 'valid' && !bearable.has(reason) && !(evenIfOverdue && reason === 'endorsement-overdue'));
  const [worst] = standing.sort((a, b) => verdictOrder.indexOf(a.result) - verdictOrder.indexOf(b.result));
  return worst === undefined ? undefined : failed(worst.code ?? 'STATE_NOT_ALLOWED', worst.reason);
}
