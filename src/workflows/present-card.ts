import type { CardSession, ChipStatus, PermitApplication } from '../card/index.js';
import { done, failed, type Failure, type Outcome } from '../contract/index.js';
import { verdictOrder, type Authentic, type Endorsement, type Verdict } from '../permit/index.js';
import { openCard, show } from './inspect.js';
import { authenticate, chipOf, judge } from './judge.js';
import type { VerifyContext } from './ports.js';
import { proveRights, within, type Opening } from './prove-rights.js';

/** An issued card that is genuine by its signatures and whose chip proved itself; its session speaks secure messaging. What else the verdict says is still to be weighed. */
export interface PresentCard {
  readonly session: CardSession;
  readonly application: PermitApplication;
  readonly card: Authentic;
  /** As the journal names the chip. */
  readonly chip: string;
  readonly verdict: Verdict;
  readonly counters: ChipStatus['counters'];
  /** Departments that have a slot of EF.Services. */
  readonly departments: readonly number[];
  /** What the chip tells of its PIN: unset, or the tries left. */
  readonly pin: ChipStatus['pin'];
  /** The newest one; absent: the card was never endorsed, or what lies there is not authentic (the verdict says so). */
  readonly endorsement?: Endorsement;
}

/** What a workflow wants of a card that proved itself. */
export interface Wanted {
  /** The right that the chip, by its name in the journal, is to be opened with; undefined: none is needed. */
  readonly opening?: (chip: string) => Opening | undefined;
  /** Whether the decision needs EF.Residence. */
  readonly residence?: boolean;
}

/**
 * Reads a card as a verifier does, with the rights and files that an update builds on. A card that is not genuine or does not prove itself ends here, and one that
 * refuses this terminal (ACCESS_*).
 */
export async function presentCard(ctx: VerifyContext, session: CardSession, { opening, residence = false }: Wanted = {}): Promise<Outcome<PresentCard>> {
  const opened = await openCard(ctx, session);
  if (!opened.ok) return opened;
  const { application } = opened.value;
  const shown = await show(ctx, opened.value, (files) => authenticate(ctx, files));
  if (!shown.card.ok || shown.proof === undefined) return refusalOf(judge(ctx, shown).verdict) ?? failed('STATE_NOT_ALLOWED');
  const chip = chipOf(shown.card);
  const wanted = opening?.(chip);
  if (wanted !== undefined) {
    const proved = await proveRights(ctx, session, { chipKey: shown.card.sod.chipKey, proof: shown.proof }, wanted);
    if (!proved.ok) return proved;
  }
  const told = residence
    ? await within(wanted?.right ?? 'endorse', async () => done(await application.readFilesWithStatus('residence')))
    : done({ contents: {}, status: await application.chipStatus() });
  if (!told.ok) return told;
  const { contents, status } = told.value;
  const { verdict, card, endorsement } = judge(ctx, { ...shown, status }, contents);
  if (!card.ok) return refusalOf(verdict) ?? failed('STATE_NOT_ALLOWED');
  const { counters, slots, pin } = status;
  return done({ session, application, card, chip, verdict, counters, departments: [...slots.keys()], pin, ...(typeof endorsement === 'object' && endorsement.ok ? { endorsement: endorsement.object } : {}) });
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
