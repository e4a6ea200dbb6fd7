import { done, failed, type ApplicationLine, type Outcome, type PaperCode, paperCode, type TerminalRules, type WorkflowOutcome } from '../../../contract/index.js';
import { dateInChina, daysBetween, exchangeRefusal, feeFor, fileOfFacts } from '../../../permit/index.js';
import type { OpenApplication } from '../../../workflows/index.js';
import { maskName } from '../../../outbox/index.js';
import { CounterDesk } from '../../counter-desk.js';
import { formDrafts } from '../../form-drafts.js';
import { makingAt } from '../../making.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';
import { bytesOfPhoto, photoShown } from './bytes.js';

const states = ['accepted', 'approved', 'made'] as const;

/** One application as the lists show it; undefined for one that has ended. */
export const applicationLineOf = ({ receipt, file, application, photo, permitNumber }: OpenApplication, today: string, fees: TerminalRules['fees']): ApplicationLine | undefined => {
  const state = states.find((each) => each === file.state);
  if (state === undefined) return undefined;
  const { purpose = 'first', acceptedOn = today, dueOn = today, missingPapers } = file;
  return {
    receipt,
    purpose,
    state,
    maskedName: maskName(application.name),
    acceptedOn,
    dueOn,
    daysLeft: daysBetween(today, dueOn),
    missingPapers: [...missingPapers],
    photo: photo !== undefined,
    feeFen: feeFor(`issue:${purpose}`, fees),
    ...(permitNumber === undefined ? {} : { permitNumber }),
  };
};

const todayOf = ({ clock }: Terminal): string => dateInChina(clock.now());
const draftsOf = ({ outbox, clock }: Terminal) => formDrafts(outbox, () => clock.now());
const papersOf = (papers: readonly string[]): PaperCode[] => papers.flatMap((paper) => paperCode.safeParse(paper).data ?? []);

export const register = (context: FlowContext) =>
  byClerk<'register'>(context, 'register', async (_, { application }, terminal) => {
    const registered = await new CounterDesk(terminal).register(application);
    return registered.ok ? done({ voucher: registered.value.voucher }) : registered;
  });

/** Only a permit with a fixed end is exchanged. PERMIT_FACTS_MISSING, PERMIT_UNKNOWN, NOT_ELIGIBLE `no-fixed-end` */
const mayExchange = async (terminal: Terminal, permitNumber: string | undefined): Promise<Outcome<undefined>> => {
  if (permitNumber === undefined) return failed('PERMIT_FACTS_MISSING');
  const facts = await new CounterDesk(terminal).facts(permitNumber);
  if (!facts.ok) return facts;
  if (facts.value === undefined) return failed('PERMIT_FACTS_MISSING');
  const refused = exchangeRefusal(fileOfFacts(facts.value));
  return refused === undefined ? done(undefined) : failed(refused.code, refused.detail);
};

export const accept = (context: FlowContext) =>
  byClerk<'accept'>(context, 'accept', async (_, { application, purpose, permitNumber, missingPapers, photo, draft, distinctReason }, terminal): Promise<Outcome<WorkflowOutcome<'accept'>>> => {
    const desk = new CounterDesk(terminal);
    const before = desk.acceptedFrom(draft);
    const feeFen = feeFor(`issue:${purpose}`, terminal.rules().fees);
    if (before?.file.dueOn !== undefined && draft !== undefined) {
      const { receipt, file, made } = before;
      draftsOf(terminal).note(draft, { receipt, dueOn: before.file.dueOn, step: made === undefined ? 'write' : 'hand-over' });
      return done({ receipt, dueOn: before.file.dueOn, missingPapers: papersOf(file.missingPapers), feeFen });
    }
    const fit = purpose === 'exchange' ? await mayExchange(terminal, permitNumber) : done(undefined);
    if (!fit.ok) return fit;
    const accepted = await desk.accept({
      application,
      purpose,
      missingPapers,
      ...(permitNumber === undefined ? {} : { permitNumber }),
      ...(photo === undefined ? {} : { photo: bytesOfPhoto(photo) }),
      ...(draft === undefined ? {} : { draft }),
      ...(distinctReason === undefined ? {} : { distinctReason }),
    });
    if (!accepted.ok) return accepted;
    const { receipt, dueOn } = accepted.value;
    if (draft !== undefined) draftsOf(terminal).note(draft, { receipt, dueOn, step: 'write' });
    context.changed();
    return done({ receipt, dueOn, missingPapers, feeFen: accepted.value.feeFen });
  });

export const applications = (context: FlowContext) =>
  byClerk<'applications'>(context, 'review', async (_, __, terminal) => {
    const today = todayOf(terminal);
    const lines = new CounterDesk(terminal).applications().flatMap((open) => applicationLineOf(open, today, terminal.rules().fees) ?? []);
    return Promise.resolve(done({ lines, making: makingAt(terminal) }));
  });

/** APPLICATION_UNKNOWN */
export const application = (context: FlowContext) =>
  byClerk<'application'>(context, 'review', async (_, { receipt }, terminal) => {
    const open = new CounterDesk(terminal).applications().find((each) => each.receipt === receipt);
    const line = open === undefined ? undefined : applicationLineOf(open, todayOf(terminal), terminal.rules().fees);
    if (open === undefined || line === undefined) return Promise.resolve(failed('APPLICATION_UNKNOWN'));
    return Promise.resolve(done({ line, application: open.application, ...(open.photo === undefined ? {} : { photo: photoShown(open.photo) }) }));
  });

/** STATE_NOT_ALLOWED: a paper that the one notice did not name is not asked for afterwards (Order 663 Art. 9). */
export const supplement = (context: FlowContext) =>
  byClerk<'supplement'>(context, 'supplement', async (_, { receipt, missingPapers, photo }, terminal) => {
    const desk = new CounterDesk(terminal);
    const supplied = await desk.supplement(receipt, missingPapers, undefined, photo === undefined ? undefined : bytesOfPhoto(photo));
    if (!supplied.ok) return supplied;
    const draft = desk.applications().find((open) => open.receipt === receipt)?.draft;
    // The form prints the face of the card: with the photo that the chip gets.
    if (draft !== undefined && photo !== undefined) draftsOf(terminal).note(draft, { photo });
    return done({ missingPapers });
  });

/** A refused application has ended: its form goes with it. PHOTO_MISSING: papers are brought before the review, and a photo is one of them. */
export const review = (context: FlowContext) =>
  byClerk<'review'>(context, 'review', async (_, { receipt, decision, reason }, terminal) => {
    const desk = new CounterDesk(terminal);
    const open = desk.applications().find((each) => each.receipt === receipt);
    if (decision === 'approved' && open !== undefined && open.photo === undefined && open.file.state === 'accepted' && open.file.missingPapers.length === 0) return failed('PHOTO_MISSING');
    const reviewed = await desk.review(receipt, decision, reason);
    if (!reviewed.ok) return reviewed;
    const drafts = draftsOf(terminal);
    if (decision === 'refused' && open?.draft !== undefined && drafts.get(open.draft) !== undefined) drafts.delete(open.draft);
    return done({});
  });
