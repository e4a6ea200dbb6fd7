import type { WorkflowOutcome } from '../../../contract/index.js';

export type LookUpAnswer = WorkflowOutcome<'look-up'>;

export type PermitStatusShown = LookUpAnswer['status'];

export const permitStates = ['registered', 'accepted', 'approved', 'made', 'active', 'suspended', 'lost', 'refused', 'ended'] as const;
export type PermitStateShown = (typeof permitStates)[number];

export const stateOf = (state: string): PermitStateShown | undefined => permitStates.find((known) => known === state);

/** Colours of an answer without a card. "Valid" has none of its own: green is a card's whose every check passed. */
export const lookUpTones = { valid: 'neutral', cancelled: 'revoked', suspended: 'suspended', unconfirmed: 'undetermined' } as const satisfies Readonly<Record<PermitStatusShown, string>>;
/** Signs of the verdicts with the same meaning; none for valid, whose tick belongs to a checked card. */
export const lookUpSigns = { valid: undefined, cancelled: 'revoked', suspended: 'suspended', unconfirmed: 'unconfirmed' } as const;
