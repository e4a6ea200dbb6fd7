import { describe, expect, test } from 'vitest';
import { deskActions as contractActions, ruleIds, failureCodes } from '../../src/contract/index.js';
import { applyEvent, cardDeskActions, deskActionsOf, openSteps, permitStates, type CardDeskAction, type DeskSituation, type PermitFile, type Step } from '../../src/permit/index.js';
import { accepted, activeSince, activeUntil, approved, handedOver, live } from './lives.js';

const on = '2026-06-01';
const issued = { type: 'issue', on: '2026-01-05', kind: 1 } as const;
const lost = { type: 'revocation', on, status: 1, reason: 'lost' } as const;
const active = activeSince('2026-01-05');
const files: Readonly<Record<string, PermitFile | undefined>> = {
  none: undefined,
  registered: live([{ type: 'registration', on: '2026-01-05' }]),
  accepted: live([accepted(on, '2026-06-15')]),
  approved: live([accepted('2026-05-30', '2026-06-14'), approved(on)]),
  made: live([issued]),
  active,
  'in its window': activeSince('2025-06-20'),
  overdue: activeSince('2025-01-05'),
  suspended: live([{ type: 'revocation', on, status: 2, reason: 'decision' }], active),
  lost: live([lost], active),
  ended: live([{ type: 'revocation', on, status: 1, reason: 'left' }], active),
  'old rules': activeUntil('2015-01-05', '2026-12-31'),
  'past its end': activeUntil('2015-01-05', '2020-01-04'),
  refused: live([accepted('2026-05-30', '2026-06-14'), { type: 'review', on, decision: 'refused', reason: '.' }]),
};

const situation = (file: PermitFile | undefined, more: Partial<DeskSituation<string>> = {}): DeskSituation<string> => ({
  on, file, fees: { replacement: 2_000 }, factsKnown: true, begun: false, card: { pin: 'set', genuine: true }, ...more,
});
const allowedAt = (at: DeskSituation<string>): CardDeskAction[] => deskActionsOf(at).filter(({ refused }) => refused === undefined).map(({ action }) => action);
const of = (action: CardDeskAction, at: DeskSituation<string>) => {
  const found = deskActionsOf(at).find((each) => each.action === action);
  if (found === undefined) throw new Error(action);
  const { refused } = found;
  return { ...found, said: refused === undefined ? 'allowed' : [refused.code, refused.detail].filter((part) => part !== undefined).join(' ') };
};

test('actions, rules and codes are those of the contract', () => {
  expect([...cardDeskActions].sort()).toEqual([...contractActions].sort());
  for (const file of Object.values(files)) {
    for (const { rule, refused } of deskActionsOf(situation(file))) {
      expect(ruleIds).toContain(rule);
      if (refused !== undefined) expect(failureCodes).toContain(refused.code);
    }
  }
});

/** What each state permits with the card on the desk and the platform's word. */
const table: Readonly<Record<keyof typeof files, readonly CardDeskAction[]>> = {
  none: ['match-body', 'seize'],
  registered: ['match-body'],
  accepted: ['reset-pin', 'change-pin', 'match-body', 'return', 'seize'],
  approved: ['reset-pin', 'change-pin', 'match-body', 'return', 'seize'],
  made: ['report-lost', 'reset-pin', 'change-pin', 'match-body', 'return', 'seize', 'cancel', 'hand-over'],
  active: ['move', 'replace-damaged', 'report-lost', 'suspend', 'reset-pin', 'change-pin', 'match-body', 'return', 'seize', 'cancel'],
  'in its window': ['endorse', 'refuse-endorsement', 'move', 'replace-damaged', 'report-lost', 'suspend', 'reset-pin', 'change-pin', 'match-body', 'return', 'seize', 'cancel'],
  overdue: ['endorse', 'refuse-endorsement', 'move', 'replace-damaged', 'report-lost', 'suspend', 'reset-pin', 'change-pin', 'match-body', 'return', 'seize', 'cancel'],
  suspended: ['move', 'report-lost', 'restore', 'reset-pin', 'change-pin', 'match-body', 'return', 'seize', 'cancel'],
  lost: ['replace-lost', 'found', 'match-body', 'seize', 'cancel'],
  ended: ['match-body', 'return', 'seize'],
  'old rules': ['move', 'replace-damaged', 'report-lost', 'suspend', 'reset-pin', 'change-pin', 'match-body', 'return', 'seize', 'cancel', 'exchange'],
  'past its end': ['match-body', 'return', 'seize', 'cancel'],
  refused: ['match-body'],
};
describe('what a state permits', () => {
  test('covers every state', () => {
    const seen = new Set(Object.values(files).map((file) => file?.state));
    expect(permitStates.filter((state) => !seen.has(state))).toEqual([]);
  });
  test.each(Object.keys(files))('%s', (name) => {
    expect(allowedAt(situation(files[name]))).toEqual(table[name]);
  });

  const stepOfAction: Readonly<Partial<Record<CardDeskAction, Step>>> = {
    endorse: 'endorsement:endorsed', 'refuse-endorsement': 'endorsement:refused', move: 'residence-change', 'replace-damaged': 'acceptance:damaged', 'replace-lost': 'acceptance:lost', 'report-lost': 'revocation:lost',
    suspend: 'revocation:decision', restore: 'revocation:restored', correct: 'acceptance:correction', 'hand-over': 'hand-over',
  };
  test.each(Object.keys(files))('%s: no more and no less than the life cycle', (name) => {
    const file = files[name];
    const open = openSteps(file, on);
    for (const [action, step] of Object.entries(stepOfAction)) expect([action, of(action as CardDeskAction, situation(file)).said === 'allowed']).toEqual([action, open.includes(step)]);
  });
});

describe('a refusal', () => {
  test('is the one that the step itself gives', () => {
    const early = applyEvent(active, { type: 'endorsement', on, decision: 'endorsed' });
    expect(early.ok ? '' : `${early.code} ${early.detail}`).toBe(of('endorse', situation(active)).said);
    expect(of('endorse', situation(active)).said).toBe('ENDORSEMENT_TOO_EARLY before-window');
    expect(of('correct', situation(active)).said).toBe('CORRECTION_TOO_LATE on');
    expect(of('replace-lost', situation(active)).said).toBe('STATE_NOT_ALLOWED active acceptance:lost');
    expect(of('found', situation(active)).said).toBe('STATE_NOT_ALLOWED active card-return:found');
    expect(of('exchange', situation(active)).said).toBe('NOT_ELIGIBLE no-fixed-end');
    expect(of('hand-over', situation(active)).said).toBe('STATE_NOT_ALLOWED active hand-over');
  });

  test('of the card comes first, for what is written onto it and for nothing else', () => {
    const revoked = situation(files['in its window'], { card: { pin: 'set', genuine: true, refused: { code: 'CARD_IMAGE_OLD', detail: 'endorsements' } } });
    expect([of('endorse', revoked).said, of('move', revoked).said, of('suspend', revoked).said]).toEqual(['CARD_IMAGE_OLD endorsements', 'CARD_IMAGE_OLD endorsements', 'allowed']);
  });

  test('of a card that does not lie there', () => {
    const { card: _card, ...without } = situation(files['in its window']);
    for (const action of ['endorse', 'move', 'set-pin', 'reset-pin', 'change-pin', 'match-body', 'resume'] as const) expect([action, of(action, without).said]).toEqual([action, 'CARD_ABSENT']);
    for (const action of ['report-lost', 'refuse-endorsement', 'replace-damaged'] as const) expect([action, of(action, without).said]).toEqual([action, 'allowed']);
  });

  test('where the platform has not said what the permit is: no other card is accepted, the rest goes on', () => {
    const offline = situation(active, { factsKnown: false });
    for (const action of ['replace-damaged', 'replace-lost', 'correct', 'exchange'] as const) expect([action, of(action, offline).said]).toEqual([action, 'PERMIT_FACTS_MISSING']);
    expect(of('report-lost', offline).said).toBe('allowed');
  });

  test('of what lies there and is a forgery: nobody gets another card for it, and it is not booked as the permit’s; what its number stands for can be stopped', () => {
    const forged = situation(files['old rules'], { card: { pin: 'unknown', genuine: false, refused: { code: 'CHIP_CLONED' } } });
    for (const action of ['replace-damaged', 'exchange', 'return', 'hand-over', 'endorse'] as const) expect([action, of(action, forged).said]).toEqual([action, 'CHIP_CLONED']);
    for (const action of ['seize', 'suspend', 'cancel', 'report-lost'] as const) expect([action, of(action, forged).said]).toEqual([action, 'allowed']);
  });

  test('by the lists alone, which tell a state and no dates, is the table’s: a loss is reported off-line too', () => {
    const { card: _card, ...byLists } = situation({ state: 'active', missingPapers: [] }, { factsKnown: false });
    for (const action of ['report-lost', 'suspend', 'cancel', 'refuse-endorsement', 'return', 'seize'] as const) expect([action, of(action, byLists).said]).toEqual([action, 'allowed']);
    expect(of('restore', byLists).said).toBe('STATE_NOT_ALLOWED active revocation:restored');
    expect(of('hand-over', { ...byLists, file: { state: 'made', missingPapers: [] } }).said).toBe('PERMIT_FACTS_MISSING');
    // What the platform has told is weighed whole.
    expect(of('refuse-endorsement', { ...byLists, file: active }).said).toBe('ENDORSEMENT_TOO_EARLY before-window');
  });

  test('of a PIN', () => {
    const withPin = (pin: 'set' | 'unset' | 'blocked', genuine = true) => situation(active, { card: { pin, genuine, ...(genuine ? {} : { refused: { code: 'SIGNATURE_INVALID' } }) } });
    expect((['set', 'blocked', 'unset'] as const).map((pin) => [of('set-pin', withPin(pin)).said, of('reset-pin', withPin(pin)).said])).toEqual([['PIN_ALREADY_SET', 'allowed'], ['PIN_ALREADY_SET', 'allowed'], ['allowed', 'PIN_NOT_SET']]);
    expect((['set', 'blocked', 'unset'] as const).map((pin) => of('change-pin', withPin(pin)).said)).toEqual(['allowed', 'PIN_BLOCKED', 'PIN_NOT_SET']);
    expect(of('set-pin', withPin('unset', false)).said).toBe('SIGNATURE_INVALID');
    expect(of('set-pin', situation(files['lost'])).said).toBe('STATE_NOT_ALLOWED lost set-pin');
  });

  test('of a body: its chip is asked whatever became of the permit, and nobody else’s is', () => {
    expect(of('match-body', situation(files['ended'])).said).toBe('allowed');
    expect(of('match-body', situation(active, { card: { pin: 'unknown', genuine: false, refused: { code: 'CHIP_CLONED' } } })).said).toBe('CHIP_CLONED');
    expect(of('match-body', situation(active, { card: { pin: 'unknown', genuine: false } })).said).toBe('STATE_NOT_ALLOWED not-genuine');
  });

  test('of the card that its permit lives by: nobody takes it back as an old one', () => {
    const newest = (file: PermitFile | undefined) => situation(file, { card: { pin: 'set', genuine: true, newest: true } });
    expect(['made', 'active', 'overdue', 'suspended', 'accepted', 'ended', 'past its end'].map((name) => of('return', newest(files[name])).said)).toEqual([
      'STATE_NOT_ALLOWED made card-return:replaced', 'STATE_NOT_ALLOWED active card-return:replaced', 'STATE_NOT_ALLOWED suspended card-return:replaced', 'STATE_NOT_ALLOWED suspended card-return:replaced', 'allowed', 'allowed', 'allowed',
    ]);
    expect(of('seize', newest(active)).said).toBe('allowed');
  });

  test('of an exchange: the number of a temporary permit stays a temporary one', () => {
    expect(of('exchange', situation({ ...active, kind: 2, expiresOn: '2026-12-31' })).said).toBe('KIND_NOT_AVAILABLE temporary');
  });

  test('of a torn update that nobody began', () => {
    expect([of('resume', situation(active)).said, of('resume', situation(active, { begun: true })).said]).toEqual(['STATE_NOT_ALLOWED nothing-begun', 'allowed']);
  });
});

test('what it costs, who decides, and by which rule', () => {
  expect(deskActionsOf(situation(active)).filter(({ feeFen }) => feeFen > 0).map(({ action, feeFen }) => [action, feeFen])).toEqual([['replace-damaged', 2_000], ['replace-lost', 2_000]]);
  expect(deskActionsOf(situation(active)).filter(({ approval }) => approval).map(({ action }) => action)).toEqual(['report-lost', 'suspend', 'restore', 'correct', 'cancel']);
  expect([of('endorse', situation(files['in its window'])).rule, of('endorse', situation(files['overdue'])).rule]).toEqual(['endorse-yearly', 'endorse-late']);
  // On the day on which it was made a correction is in order.
  expect(of('correct', situation(live([{ ...issued, on }, handedOver(on)]))).said).toBe('allowed');
});

test('off-line, by the status list alone, a permit that stands there is lost, suspended or cancelled as with the platform’s word', () => {
  const listed = (state: PermitFile['state']): CardDeskAction[] => {
    const { card: _card, ...byNumber } = situation({ state, missingPapers: [] }, { factsKnown: false });
    return allowedAt(byNumber);
  };
  expect(listed('active')).toEqual(expect.arrayContaining(['report-lost', 'suspend', 'cancel']));
  expect(listed('suspended')).toEqual(expect.arrayContaining(['report-lost', 'restore', 'cancel']));
  expect(listed('made')).toEqual(expect.arrayContaining(['report-lost', 'cancel']));
  expect(listed('ended')).not.toContain('report-lost');
});
