import { done, type Outcome, type WorkflowOutcome } from '../../contract/index.js';
import { lookUpPermit, statusOf, type LookedUp, type LookUpOptions } from '../look-up.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

const kinds = { 1: 'residence', 2: 'temporary' } as const;

/** In the contract's form. The division is that of the number: where the permit was first issued. */
const shown = (found: LookedUp): WorkflowOutcome<'look-up'> => {
  if (found.source === 'lists') return found;
  const { permitNumber, state, kind, issuedOn, expiresOn, goodUntil, cards, at } = found.facts;
  return {
    source: 'platform',
    permitNumber,
    status: statusOf(cards),
    state,
    division: permitNumber.slice(0, 6),
    kind: kinds[kind],
    issued: issuedOn,
    ...(goodUntil === undefined ? {} : { goodUntil }),
    ...(expiresOn === undefined ? {} : { expires: expiresOn }),
    askedAt: at,
  };
};

/** A permit by its number: the platform's word, off-line the status alone and how old the list is. Police: captured with who, why and where. The refusals of `lookUpPermit`, SIGN_IN_REQUIRED, ROLE_REQUIRED. */
export const lookUp = (context: Pick<FlowContext, 'terminal' | 'operation'>, network: Pick<LookUpOptions, 'fetch' | 'timeoutMs'> = {}): Flow<'look-up'> => async (_, { permitNumber }): Promise<Outcome<WorkflowOutcome<'look-up'>>> => {
  const terminal = context.terminal();
  const allowed = terminal.require('look-up');
  if (!allowed.ok) return allowed;
  const found = await lookUpPermit(terminal, permitNumber, { ...network, operation: context.operation.current() });
  return found.ok ? done(shown(found.value)) : found;
};
