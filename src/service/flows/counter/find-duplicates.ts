import { done, failed, type Duplicate, type FoundCase, type Outcome, type PermitOfPerson, type WorkflowOutcome } from '../../../contract/index.js';
import { checkIdNumber, checkPermitNumber, normaliseIdNumber, type PermitState } from '../../../permit/index.js';
import { lookUpPerson } from '../../person-look-up.js';
import type { SyncOptions } from '../../sync.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';

const kinds = { 1: 'residence', 2: 'temporary' } as const;
const most = 50;

/** What a record of this counter says of its permit's state, until the platform says more. */
const stateOf: Readonly<Record<string, PermitState>> = { registration: 'registered', acceptance: 'accepted', supplement: 'accepted', review: 'approved', issue: 'made', pin: 'made', revocation: 'ended' };

interface Same {
  readonly birth: string;
  readonly idEnd: string;
}

const fromPlatform = ({ permitNumber, state, kind, issuedOn, goodUntil, division, maskedName, birth }: PermitOfPerson, { idEnd }: Same): Duplicate => ({
  from: 'platform',
  maskedName,
  birth,
  idEnd,
  permitNumber,
  state,
  kind: kinds[kind],
  issuedOn,
  ...(goodUntil === undefined ? {} : { goodUntil }),
  division,
});

const fromTerminal = ({ kind, what, maskedName, permitNumber, receipt, draft }: FoundCase, same: Same): Duplicate => {
  const parts = permitNumber === undefined ? undefined : checkPermitNumber(permitNumber);
  const state = kind === 'record' ? (stateOf[what] ?? 'active') : kind === 'draft' ? 'draft' : what;
  return {
    from: 'terminal',
    maskedName,
    ...same,
    ...(permitNumber === undefined ? {} : { permitNumber }),
    state,
    ...(parts?.ok === true ? { kind: kinds[parts.kind] } : {}),
    ...(receipt === undefined ? {} : { receipt }),
    ...(draft === undefined ? {} : { draft }),
  };
};

/** What the form that asks has made itself is no duplicate of it. */
const ofOthers = (cases: readonly FoundCase[], exceptDraft: string | undefined): readonly FoundCase[] => {
  const own = cases.find(({ draft }) => exceptDraft !== undefined && draft === exceptDraft);
  return own === undefined ? cases : cases.filter((each) => each !== own && (own.receipt === undefined || each.receipt !== own.receipt) && (own.permitNumber === undefined || each.permitNumber !== own.permitNumber));
};

/** Off-line the terminal's own word stands alone, and `platform` says why. ID_NUMBER_CHECK and the other refusals of an ID number. */
export const findDuplicates = (context: Pick<FlowContext, 'mode' | 'terminal'>, network: Pick<SyncOptions, 'timeoutMs' | 'fetch'> = {}) =>
  byClerk<'find-duplicates'>(context, 'accept', async (_, { idNumber: typed, exceptDraft }, terminal): Promise<Outcome<WorkflowOutcome<'find-duplicates'>>> => {
    const idNumber = normaliseIdNumber(typed);
    const read = checkIdNumber(idNumber);
    if (!read.ok) return failed(read.code, read.detail);
    const same = { birth: read.birth, idEnd: idNumber.slice(-4) };
    const [local, asked] = await Promise.all([terminal.cases.search(idNumber, most), lookUpPerson(terminal, idNumber, network)]);
    const told = asked.ok ? asked.value : [];
    // Of a permit that the platform tells of, its word is the newer one.
    const known = new Set(told.map(({ permitNumber }) => permitNumber));
    const own = ofOthers(local.cases, exceptDraft).filter(({ kind, permitNumber }) => kind !== 'record' || permitNumber === undefined || !known.has(permitNumber));
    return done({ duplicates: [...told.map((each) => fromPlatform(each, same)), ...own.map((each) => fromTerminal(each, same))], platform: asked.ok ? 'asked' : asked.code });
  });
