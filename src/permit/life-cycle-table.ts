import type { Step } from './life-cycle-events.js';

/**
 * The states of a permit: `registered` 登记 (a slip 登记凭证, no card), `accepted` 受理, `approved` 审核通过 (being made 制证), `made` 待领,
 * `active` 有效, `suspended` 中止 (by decision; a missed endorsement is told from the dates), `lost` 挂失, `refused` 不予办理, `ended` 注销.
 */
export const permitStates = ['registered', 'accepted', 'approved', 'made', 'active', 'suspended', 'lost', 'refused', 'ended'] as const;
export type PermitState = (typeof permitStates)[number];

/** Where a step begins: a state, no file at all, or a permit whose fixed end has passed and that nobody has cancelled yet. */
export type From = PermitState | 'none' | 'past-end';
export const startingPoints: readonly From[] = ['none', ...permitStates, 'past-end'];

export type Row = Partial<Readonly<Record<Step, readonly PermitState[]>>>;

const cancellations = {
  'revocation:left': ['ended'],
  'revocation:died': ['ended'],
  'revocation:became-local': ['ended'],
  'revocation:fraud': ['ended'],
  'revocation:not-qualified': ['ended'],
  'revocation:departed': ['ended'],
} as const satisfies Row;

/** A card that comes back does not change the state: it is booked. */
const returns = (...states: readonly PermitState[]) =>
  ({ 'card-return:replaced': states, 'card-return:correction': states, 'card-return:found': states, 'card-return:seized': states }) satisfies Row;

/** While another card of a permit is being made, the permit can be reported lost or be cancelled. */
const whileMaking = (state: PermitState) => ({ ...cancellations, ...returns(state), 'revocation:lost': [state] }) satisfies Row;

const opening = { registration: ['registered'], 'acceptance:first': ['accepted'], 'issue:first': ['made'] } as const satisfies Row;

const anotherCard = {
  'acceptance:damaged': ['accepted'],
  'acceptance:correction': ['accepted'],
  'acceptance:exchange': ['accepted'],
  'issue:damaged': ['made'],
  'issue:lost': ['made'],
  'issue:correction': ['made'],
  'issue:exchange': ['made'],
} as const satisfies Row;

const inUse = {
  ...anotherCard,
  ...cancellations,
  'endorsement:refused': ['ended'],
  'revocation:decision': ['suspended'],
} as const satisfies Row;

const atTheEnd: readonly PermitState[] = ['accepted', 'approved', 'made', 'active', 'suspended', 'lost'];

/** Every step that any state allows and the states it may leave behind; what is not here is refused. Guards: life-cycle-effects.ts. */
export const transitions: Readonly<Record<From, Row>> = {
  none: opening,
  registered: opening,
  accepted: { ...whileMaking('accepted'), supplement: ['accepted'], 'review:approved': ['approved'], 'review:refused': ['refused', 'active', 'lost'] },
  approved: {
    ...whileMaking('approved'),
    'issue:first': ['made'],
    'issue:damaged': ['made'],
    'issue:lost': ['made'],
    'issue:correction': ['made'],
    'issue:exchange': ['made'],
  },
  made: { ...whileMaking('made'), 'revocation:lost': ['made', 'lost'], 'issue:correction': ['made'], 'hand-over': ['active'] },
  active: { ...inUse, ...returns('active'), 'revocation:lost': ['lost', 'active'], 'endorsement:endorsed': ['active'], 'residence-change': ['active'] },
  // Suspended by the dates alone, the file keeps the state `active`, and works again by a late endorsement.
  suspended: {
    ...inUse,
    ...returns('active', 'suspended'),
    'endorsement:endorsed': ['active', 'suspended'],
    'residence-change': ['active', 'suspended'],
    'revocation:restored': ['active'],
    'revocation:lost': ['lost', 'active', 'suspended'],
  },
  lost: { ...cancellations, 'acceptance:lost': ['accepted'], 'issue:lost': ['made'], 'revocation:restored': ['lost'], 'card-return:found': ['lost'], 'card-return:seized': ['lost'] },
  refused: {},
  ended: { ...returns('ended'), 'card-return:cancelled': ['ended'] },
  'past-end': { ...cancellations, ...returns(...atTheEnd), 'revocation:expired': ['ended'], 'card-return:cancelled': atTheEnd },
};
