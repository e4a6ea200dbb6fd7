import { done, failed, type DeskAction, type FailureCode, type Outcome, type PermitFacts, type WorkflowOutcome } from '../../../contract/index.js';
import { dateInChina, deskActionsOf, endorsementDue, endorsementWindowOpens, startingPoint, type CitySettings, type DeskSituation, type PermitFile } from '../../../permit/index.js';
import { refusalOf, type PermitContents, type Read } from '../../../workflows/index.js';
import { CounterDesk } from '../../counter-desk.js';
import { lookUpPermit } from '../../look-up.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import { verdictShown } from '../verdict-shown.js';
import { byClerk } from './by-clerk.js';
import { photoShown } from './bytes.js';

/** How long the platform may take to say what it knows of a card that lies there already; milliseconds. */
const patience = 2_000;
type DeskCard = WorkflowOutcome<'card-desk'>;

const cityOf = (terminal: Terminal): CitySettings => ({ endorsementDueDayCounts: terminal.rules().endorsementDueDayCounts });

/** What a card says of its permit, where neither the platform nor this terminal's own work says more: the status list has told the verdict whether it is cancelled or suspended. */
const fileOfCard = ({ permit, madeOn, endorsement }: PermitContents, { verdict }: Read): PermitFile => {
  const suspended = verdict.lines.some(({ check, result }) => check === 'status' && result === 'suspended');
  const state = verdict.lines.some(({ check, result }) => check === 'status' && result === 'revoked') ? 'ended' : suspended ? 'suspended' : 'active';
  return {
    state,
    kind: permit.kind,
    issuedOn: permit.issued,
    madeOn,
    missingPapers: [],
    ...(permit.expires === undefined ? {} : { expiresOn: permit.expires }),
    ...(endorsement === undefined ? {} : { goodUntil: endorsement.goodUntil }),
    ...(endorsement?.yearsCountFrom === undefined ? {} : { yearsCountFrom: endorsement.yearsCountFrom }),
  };
};

/** The actions as the contract has them. */
const actionsOf = (terminal: Terminal, situation: Omit<DeskSituation<FailureCode>, 'on' | 'city' | 'fees'>): DeskAction[] =>
  deskActionsOf({ ...situation, on: dateInChina(terminal.clock.now()), city: cityOf(terminal), fees: terminal.rules().fees }).map(({ action, refused, rule, feeFen, approval }) => ({
    action,
    allowed: refused === undefined,
    ...(refused === undefined ? {} : { refused: { code: refused.code, ...(refused.detail === undefined ? {} : { detail: refused.detail }) } }),
    rule,
    feeFen,
    approval,
  }));

const begunOn = (terminal: Terminal, permitNumber: string): boolean => terminal.outbox.journal.listUpdates().some((update) => update.permitNumber === permitNumber);

/** Facts with a limit; undefined where the platform cannot be asked, or does not know yet what this counter has made. @throws CodedError PLATFORM_ANSWER_INVALID, STORAGE_* */
const factsSoon = async (terminal: Terminal, permitNumber: string): Promise<PermitFacts | undefined> => {
  const facts = await new CounterDesk(terminal).facts(permitNumber, { timeoutMs: patience });
  return facts.ok ? facts.value : undefined;
};

/** An endorsement that was written a minute ago stands on the card before the platform has heard of it. */
const newestEndorsement = ({ goodUntil }: PermitFile, contents: PermitContents | undefined): Pick<PermitFile, 'goodUntil' | 'yearsCountFrom'> => {
  const { endorsement } = contents ?? {};
  if (endorsement === undefined || (goodUntil !== undefined && goodUntil >= endorsement.goodUntil)) return {};
  return { goodUntil: endorsement.goodUntil, ...(endorsement.yearsCountFrom === undefined ? {} : { yearsCountFrom: endorsement.yearsCountFrom }) };
};

/** This counter's own word first (a card that waits here), then the platform's, then the card's. */
const fileKnown = (terminal: Terminal, number: string, facts: PermitFacts | undefined, contents: PermitContents | undefined, read: Read): PermitFile | undefined => {
  const waiting = terminal.made.find(number)?.file;
  const told = facts === undefined ? undefined : new CounterDesk(terminal).fileOfFacts(facts);
  const card = contents === undefined ? undefined : fileOfCard(contents, read);
  const file = waiting !== undefined && (told === undefined || told.state === 'made') ? waiting : (told ?? card);
  return file === undefined ? undefined : { ...file, ...newestEndorsement(file, contents) };
};

const datesOf = ({ issuedOn, goodUntil, expiresOn }: PermitFile, issued: string): DeskCard['dates'] => {
  const due = endorsementDue({ issued: issuedOn ?? issued, expires: expiresOn, goodUntil });
  return {
    issued: issuedOn ?? issued,
    ...(goodUntil === undefined ? {} : { goodUntil }),
    ...(expiresOn === undefined ? {} : { expires: expiresOn }),
    ...(due === undefined ? {} : { due, windowOpens: endorsementWindowOpens(issuedOn ?? issued, due) }),
  };
};

const holderOf = ({ holder, photo }: PermitContents): DeskCard['holder'] => {
  const { name, sex, birth, idNumber, ethnicGroup, registeredAddress } = holder;
  const shown = { name, sex, birth, idNumber, ethnicGroup, registeredAddress, photo: photoShown(photo) };
  photo.fill(0);
  return shown;
};

const residenceOf = ({ residence }: PermitContents): Pick<DeskCard, 'residence'> => {
  if (residence === undefined) return {};
  const { division, address, rentalHouse, employer, since } = residence;
  return { residence: { division, address, since, ...(rentalHouse === undefined ? {} : { rentalHouse }), ...(employer === undefined ? {} : { employer }) } };
};

const pinOf = ({ pin }: Read): DeskCard['pin'] => (pin === undefined ? 'unknown' : pin === 'unset' ? 'unset' : pin === 0 ? 'blocked' : 'set');

/** The serial stands on no issued card that is read: the platform knows it by the card's index, this counter of the card that waits here; the old card of the same permit is another one. */
const serialOf = (terminal: Terminal, number: string, facts: PermitFacts | undefined, contents: PermitContents | undefined): string => {
  const index = contents?.permit.statusIndex;
  const waiting = terminal.made.find(number)?.made;
  return facts?.cards.find(({ statusIndex }) => statusIndex === index)?.serial ?? (waiting?.statusIndex === undefined || waiting.statusIndex === index ? waiting?.serial : undefined) ?? '';
};

/**
 * The card that lies there, read by the counter's right: verdict, holder, dates, and what its state permits, each action with the refusal that its step would end with. What lies there and is no issued
 * permit is refused by its own code: CARD_BLANK, CARD_VOID (torn, `resume` finishes it), CARD_TERMINATED, CARD_NOT_PERMIT …
 */
export const cardDesk = (context: FlowContext) =>
  byClerk<'card-desk'>(context, 'read', async (handle, { reader }, terminal): Promise<Outcome<DeskCard>> => {
    const outcome = await terminal.read({ reader, onStep: (step) => handle.step(step) });
    if (!outcome.ok) return outcome;
    const read = outcome.value;
    const { verdict, contents, closed } = read;
    terminal.made.settle();
    const permitNumber = contents?.permit.number ?? verdict.permitNumber ?? '';
    const facts = permitNumber === '' ? undefined : await factsSoon(terminal, permitNumber);
    new CounterDesk(terminal).closeElsewhere(facts);
    const file = verdict.permitNumber === undefined ? undefined : fileKnown(terminal, permitNumber, facts, contents, read);
    const genuine = verdict.permitNumber !== undefined && read.pin !== undefined;
    const refused = refusalOf(verdict, true);
    const newest = contents !== undefined && new CounterDesk(terminal).newestCard(permitNumber, facts) === contents.permit.statusIndex;
    const card = { pin: pinOf(read), genuine, newest, ...(refused === undefined ? {} : { refused }) };
    const on = dateInChina(terminal.clock.now());
    return done({
      permitNumber,
      serial: serialOf(terminal, permitNumber, facts, contents),
      verdict: verdictShown(verdict),
      ...(contents === undefined ? {} : { holder: holderOf(contents), ...residenceOf(contents), kind: contents.permit.kind === 1 ? ('residence' as const) : ('temporary' as const) }),
      ...(closed === undefined ? {} : { closed: closed.code }),
      ...(file === undefined || contents === undefined ? {} : { dates: datesOf(file, contents.permit.issued) }),
      pin: pinOf(read),
      ...(facts === undefined ? {} : { facts }),
      state: startingPoint(file, on, cityOf(terminal)),
      actions: actionsOf(terminal, { file, factsKnown: facts !== undefined, begun: begunOn(terminal, permitNumber), card }),
    });
  });

const listed = { valid: 'active', cancelled: 'ended', suspended: 'suspended', unconfirmed: 'made' } as const;

/** A permit without its card, by the platform's word; off-line by the lists, which know its status and no dates. The refusals of `lookUpPermit`. */
export const permitDesk = (context: FlowContext) =>
  byClerk<'permit-desk'>(context, 'look-up', async (_, { permitNumber }, terminal): Promise<Outcome<WorkflowOutcome<'permit-desk'>>> => {
    const found = await lookUpPermit(terminal, permitNumber, { timeoutMs: patience });
    if (!found.ok) return found;
    const facts = found.value.source === 'platform' ? found.value.facts : undefined;
    new CounterDesk(terminal).closeElsewhere(facts);
    const told = facts === undefined ? undefined : new CounterDesk(terminal).fileOfFacts(facts);
    if (facts !== undefined && told === undefined) return failed('PLATFORM_ANSWER_INVALID', 'state');
    const file = found.value.source === 'lists' ? ({ state: listed[found.value.status], missingPapers: [] } satisfies PermitFile) : told;
    const waiting = terminal.made.find(permitNumber)?.file;
    const known = waiting !== undefined && file?.state === 'made' ? waiting : file;
    if (known === undefined) return failed('PERMIT_UNKNOWN');
    return done({
      permitNumber,
      source: found.value.source,
      ...(facts === undefined ? {} : { facts }),
      state: startingPoint(known, dateInChina(terminal.clock.now()), cityOf(terminal)),
      actions: actionsOf(terminal, { file: known, factsKnown: facts !== undefined, begun: false }),
    });
  });
