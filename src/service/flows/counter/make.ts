import { done, failed, type Outcome, type PermitFacts, type WorkflowOutcome } from '../../../contract/index.js';
import { dateInChina, fileOfFacts, mayCorrect, suspendedByDecision } from '../../../permit/index.js';
import type { Issued, MadeCard, OpenApplication, Replacement } from '../../../workflows/index.js';
import { CounterDesk } from '../../counter-desk.js';
import { makingOf } from '../../making.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import type { RunHandle } from '../flow.js';
import { askApproval, whoActs } from './approval.js';
import { byClerk } from './by-clerk.js';

type Made = Outcome<WorkflowOutcome<'make'>>;
type AnotherCard = Replacement['reason'];

const shown = (issued: Outcome<Issued>): Made => {
  if (!issued.ok) return issued;
  const { permitNumber, serial, can, issuedOn, seq, resumed } = issued.value;
  return done({ permitNumber, serial, can, issuedOn, seq, resumed });
};

/** Sent once more: the card that it became. */
const madeBefore = ({ permitNumber, serial, can, issuedOn }: MadeCard): Made => done({ permitNumber, serial, can, ...(issuedOn === undefined ? {} : { issuedOn }), seq: 0, resumed: true });

/** Another card of a permit, by what the platform says of it; that the newest one was made here today, this terminal knows itself. */
const replacementOf = (terminal: Terminal, permitNumber: string, reason: AnotherCard, facts: PermitFacts, by: string): Replacement => {
  const { issuedOn, expiresOn, goodUntil, yearsCountFrom } = facts;
  const madeOn = new CounterDesk(terminal).fileOfFacts(facts)?.madeOn;
  return {
    permitNumber,
    reason,
    issued: issuedOn,
    oldCard: reason === 'lost' ? 'lost' : 'returned',
    by,
    ...(madeOn === undefined ? {} : { madeOn }),
    ...(expiresOn === undefined ? {} : { expires: expiresOn }),
    ...(goodUntil === undefined ? {} : { goodUntil }),
    ...(yearsCountFrom === undefined ? {} : { yearsCountFrom }),
  };
};

/** What has become of a permit since its next card was accepted: cancelled, suspended, or lost where the card in hand was to be handed back. STATE_NOT_ALLOWED */
const stillLives = (facts: PermitFacts, reason: AnotherCard): Outcome<undefined> => {
  const file = fileOfFacts(facts);
  if (file === undefined) return failed('PERMIT_FACTS_MISSING');
  const listed = facts.cards[0]?.status === 1;
  const now = file.state === 'ended' || file.state === 'refused' ? file.state : suspendedByDecision(file) ? 'suspended-by-decision' : listed && reason !== 'lost' ? 'lost' : undefined;
  return now === undefined ? done(undefined) : failed('STATE_NOT_ALLOWED', `${now} issue:${reason}`);
};

/** What keeps an application from being made now: told before anything is asked of anybody. */
const unready = (terminal: Terminal, { file, photo, application }: OpenApplication): Outcome<never> | undefined => {
  if (file.missingPapers.length > 0) return failed('PAPERS_MISSING', String(file.missingPapers.length));
  if (photo === undefined) return failed('PHOTO_MISSING');
  const spot = makingOf(terminal.rules(), application.residence.division) === 'spot';
  return file.state === 'approved' || (spot && file.state === 'accepted') ? undefined : failed('STATE_NOT_ALLOWED', `${file.state} issue:${file.purpose ?? 'first'}`);
};

/** Where the hall makes on the spot, who makes the card has reviewed the application. */
const reviewed = async (terminal: Terminal, { receipt, file }: OpenApplication): Promise<Outcome<unknown>> =>
  file.state === 'accepted' ? new CounterDesk(terminal).review(receipt, 'approved') : done(undefined);

const makeFirst = async (handle: RunHandle, terminal: Terminal, open: OpenApplication, photo: Uint8Array, reader: string | undefined): Promise<Made> => {
  const approved = await reviewed(terminal, open);
  if (!approved.ok) return approved;
  const { application, receipt } = open;
  return shown(await terminal.issue(application, photo, { receipt, reader, onStep: (step) => handle.step(step) }));
};

/** The facts first, then the question, then the record of the review: what is refused has left nothing behind. */
const makeAnother = async (handle: RunHandle, terminal: Terminal, open: OpenApplication, reason: AnotherCard, photo: Uint8Array, reader: string | undefined): Promise<Made> => {
  const { permitNumber, application, receipt } = open;
  const by = whoActs(terminal);
  if (!by.ok) return by;
  const facts = permitNumber === undefined ? done(undefined) : await new CounterDesk(terminal).facts(permitNumber);
  if (!facts.ok) return facts;
  if (permitNumber === undefined || facts.value === undefined) return failed('PERMIT_FACTS_MISSING');
  const lives = stillLives(facts.value, reason);
  if (!lives.ok) return lives;
  const replacement = replacementOf(terminal, permitNumber, reason, facts.value, by.value);
  if (reason === 'correction' && !mayCorrect(replacement.madeOn ?? replacement.issued, dateInChina(terminal.clock.now()))) return failed('CORRECTION_TOO_LATE');
  const second = reason === 'correction' ? await askApproval(handle, terminal, 'correct') : done(undefined);
  if (!second.ok) return second;
  const approved = await reviewed(terminal, open);
  if (!approved.ok) return approved;
  const replaces = second.value === undefined ? replacement : { ...replacement, approvedBy: second.value };
  return shown(await terminal.replace(application, photo, replaces, { receipt, reader, onStep: (step) => handle.step(step) }));
};

/**
 * The card of an accepted application, onto the blank that lies there. Sent once more after its card was made it makes nothing: it tells which card it was (`seq` 0: its record is not looked up again).
 * APPLICATION_UNKNOWN, PAPERS_MISSING, PHOTO_MISSING, STATE_NOT_ALLOWED: not approved yet in a hall that makes in batches; PERMIT_FACTS_MISSING off-line, CORRECTION_TOO_LATE, and the refusals of `askApproval`,
 * a review and an issue.
 */
export const make = (context: FlowContext) =>
  byClerk<'make'>(context, 'issue', async (handle, { receipt, reader, draft }, terminal): Promise<Made> => {
    const open = new CounterDesk(terminal).applications().find((each) => each.receipt === receipt);
    if (open === undefined) return failed('APPLICATION_UNKNOWN');
    if (open.made !== undefined) return madeBefore(open.made);
    const refused = unready(terminal, open);
    if (refused !== undefined) return refused;
    const { photo, file } = open;
    if (photo === undefined) return failed('PHOTO_MISSING');
    if (draft !== undefined) terminal.made.noteForm(receipt, draft);
    const { purpose = 'first' } = file;
    const made = await (purpose === 'first' ? makeFirst(handle, terminal, open, photo, reader) : makeAnother(handle, terminal, open, purpose, photo, reader));
    // Another run made it while this one waited for the reader.
    const meanwhile = made.ok || terminal.outbox.local.locked ? undefined : terminal.made.of(receipt);
    return meanwhile === undefined ? made : madeBefore(meanwhile);
  });

/** The torn card that lies there; the application that it was begun for waits for its holder then, as after `make`. */
export const resume = (context: FlowContext) =>
  byClerk<'resume'>(context, 'issue', async (handle, { reader }, terminal): Promise<Made> => shown(await terminal.resume({ reader, onStep: (step) => handle.step(step) })));
