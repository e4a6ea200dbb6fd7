import { done, failed, type Outcome } from '../../../contract/index.js';
import { applyEvent, dateInChina, decodeEndorsement, fileOfFacts, parseSigned, permitTyp, residenceChangeLate } from '../../../permit/index.js';
import { CounterDesk } from '../../counter-desk.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import { whoActs } from './approval.js';
import { byClerk } from './by-clerk.js';

/** A card that waits for its holder here is in nobody's hands yet: it is handed over first, or the platform would not take what is written onto it. */
const handedOver = (terminal: Terminal, permitNumber: string, step: 'endorsement:endorsed' | 'residence-change'): Outcome<undefined> =>
  terminal.made.find(permitNumber) === undefined ? done(undefined) : failed('STATE_NOT_ALLOWED', `made ${step}`);

/** ENDORSEMENT_TOO_EARLY, CARD_OTHER_PERMIT, and the refusals of the verdict */
export const endorse = (context: FlowContext) =>
  byClerk<'endorse'>(context, 'endorse', async (handle, { permitNumber, reader }, terminal) => {
    const by = whoActs(terminal);
    if (!by.ok) return by;
    const free = handedOver(terminal, permitNumber, 'endorsement:endorsed');
    if (!free.ok) return free;
    const endorsed = await terminal.endorse({ by: by.value, permitNumber }, { reader, onStep: (step) => handle.step(step) });
    if (!endorsed.ok) return endorsed;
    const { goodUntil, yearsCountFrom } = decodeEndorsement(parseSigned(endorsed.value.object, permitTyp.endorsement).payload);
    return done({ goodUntil, ...(yearsCountFrom === undefined ? {} : { yearsCountFrom }) });
  });

/** A record with its written reason; where the platform can be asked, what it would not take is refused here. */
export const refuseEndorsement = (context: FlowContext) =>
  byClerk<'refuse-endorsement'>(context, 'endorse', async (_, { permitNumber, reason }, terminal) => {
    const by = whoActs(terminal);
    if (!by.ok) return by;
    const facts = await new CounterDesk(terminal).facts(permitNumber);
    if (!facts.ok) return facts;
    const file = facts.value === undefined ? undefined : fileOfFacts(facts.value);
    const city = { endorsementDueDayCounts: terminal.rules().endorsementDueDayCounts };
    const next = file === undefined ? undefined : applyEvent(file, { type: 'endorsement', on: dateInChina(terminal.clock.now()), decision: 'refused', reason }, city);
    if (next?.ok === false) return failed(next.code, next.detail);
    const refused = await terminal.refuseEndorsement({ permitNumber, reason, by: by.value });
    return refused.ok ? done({}) : refused;
  });

/** `late`: reported after more days than the city allows, and done all the same. */
export const move = (context: FlowContext) =>
  byClerk<'move'>(context, 'move', async (handle, { permitNumber, residence, changedOn, reader }, terminal) => {
    const by = whoActs(terminal);
    if (!by.ok) return by;
    const free = handedOver(terminal, permitNumber, 'residence-change');
    if (!free.ok) return free;
    const { changeDays } = terminal.rules();
    const change = { residence: { since: changedOn, ...residence }, changedOn, by: by.value, changeDays, permitNumber };
    const moved = await terminal.move(change, { reader, onStep: (step) => handle.step(step) });
    return moved.ok ? done({ late: residenceChangeLate(changedOn, dateInChina(terminal.clock.now()), changeDays) }) : moved;
  });

export const resumeUpdate = (context: FlowContext) =>
  byClerk<'resume-update'>(context, 'resume-update', async (handle, { reader }, terminal) => {
    const settled = await terminal.resumeUpdate({ reader, onStep: (step) => handle.step(step) });
    if (!settled.ok) return settled;
    const { how } = settled.value;
    return done({ how: how === 'nothing' ? 'nothing' : how === 'given-up' ? 'undone' : 'finished' });
  });
