import { describe, expect, test } from 'vitest';
import { deskActions, workflows, type DeskAction, type DeskCard } from '../../src/contract/index.js';
import { z } from 'zod';
import { zh } from '../../src/renderer/i18n/zh-CN.js';
import { actionKeys, byNeed, inputOf, missingFields, newForm, purposeOf, serialOf, stateTone, touchesCard, type DeskShown } from '../../src/renderer/modes/counter/desk/desk-work.js';
import { counterCommandOf, counterKeys, isTaken, letterOf } from '../../src/renderer/modes/counter/keys.js';

const permitNumber = '330302202510000012';
const serial = '01020304050607081234';
const card: DeskCard = { permitNumber, serial, verdict: { result: 'valid', lines: [] }, pin: 'set', state: 'active', actions: [], residence: { division: '330302003012', address: '五马街道1号', employer: '某公司', since: '2025-02-01' } };
const shown: DeskShown = { kind: 'card', card };
const byNumber: DeskShown = { kind: 'permit', permit: { permitNumber, source: 'platform', state: 'lost', actions: [] } };
const today = '2026-11-24';

describe('keys of the counter', () => {
  const press = (key: string, other: Partial<Record<'isComposing' | 'repeat' | 'altKey' | 'ctrlKey' | 'metaKey', boolean>> = {}) => ({ key, isComposing: false, repeat: false, altKey: false, ctrlKey: false, metaKey: false, ...other });

  test('every key is one command only', () => {
    expect(new Set(Object.values(counterKeys)).size).toBe(Object.keys(counterKeys).length);
    expect(new Set(Object.values(actionKeys)).size).toBe(deskActions.length);
  });
  test('F-keys, and the keys with another one held', () => {
    expect(counterCommandOf(press('F2'))).toBe('new');
    expect(counterCommandOf(press('Enter', { ctrlKey: true }))).toBe('next');
    expect(counterCommandOf(press('ArrowUp', { altKey: true }))).toBe('previous');
    expect(counterCommandOf(press('Escape'))).toBe('leave');
    expect(counterCommandOf(press('Enter'))).toBeUndefined();
    expect(counterCommandOf(press('F2', { altKey: true }))).toBeUndefined();
  });
  test('nothing while an input method composes, or a key is held down', () => {
    expect(counterCommandOf(press('F2', { isComposing: true }))).toBeUndefined();
    expect(counterCommandOf(press('Escape', { isComposing: true }))).toBeUndefined();
    expect(counterCommandOf(press('F7', { repeat: true }))).toBeUndefined();
    expect(letterOf(press('e', { isComposing: true }), 'none')).toBeUndefined();
  });
  test('a letter is a key nowhere where it would be typed', () => {
    expect(letterOf(press('e'), 'none')).toBe('E');
    expect(letterOf(press('e'), 'control')).toBe('E');
    expect(letterOf(press('e'), 'text')).toBeUndefined();
    expect(letterOf(press('e', { ctrlKey: true }), 'none')).toBeUndefined();
    expect(letterOf(press('Enter'), 'none')).toBeUndefined();
  });
  test('the browser keeps F11 and F12', () => {
    expect(['F1', 'F5', 'F10', 'F11', 'F12', 'Tab'].map(isTaken)).toEqual([true, true, true, false, false, false]);
  });
});

describe('what an action starts', () => {
  const filled = { ...newForm(shown, today), reason: ' 不再符合 ', cancelReason: 'left' as const, division: '330302003012', address: ' 新路2号 ', bodyNumber: '330302 2025 1000 0012', can: ' 0４2６17' };
  const elsewhere: readonly DeskAction['action'][] = ['set-pin', 'change-pin', 'replace-damaged', 'replace-lost', 'correct', 'exchange'];

  test('each is a call that the contract takes, or goes on elsewhere', () => {
    for (const action of deskActions) {
      const input = inputOf(action, shown, filled);
      if (elsewhere.includes(action)) {
        expect(input, action).toBeNull();
        continue;
      }
      expect(input, action).not.toBeNull();
      const { workflow, ...fields } = input!;
      expect(z.strictObject(workflows[workflow].input as z.ZodRawShape).safeParse(fields).error, action).toBeUndefined();
    }
  });
  test('another card of a permit goes on in the form', () => {
    expect(deskActions.filter((action) => purposeOf(action) !== undefined)).toEqual(['replace-damaged', 'replace-lost', 'correct', 'exchange']);
  });
  test('each has its words', () => {
    const words: Readonly<Record<string, string>> = { ...zh.counterWords, ...zh.counterDesk };
    for (const action of deskActions) {
      expect(words[`action-${action}`], action).toBeTypeOf('string');
      expect(words[`explain-${action}`], action).toBeTypeOf('string');
    }
  });
  test('a card that was reported lost is taken in when it is found, never brought back to life', () => {
    expect(inputOf('found', shown, filled)).toMatchObject({ workflow: 'return-card', reason: 'found', end: true, serial });
  });
  test('without its card no chip is ended, and nothing is handed over', () => {
    expect(newForm(byNumber, today).end).toBe(false);
    expect(inputOf('return', byNumber, { ...filled, end: true })).toMatchObject({ end: false });
    expect(serialOf(byNumber)).toBeUndefined();
    expect(inputOf('hand-over', byNumber, filled)).toBeNull();
  });
  test('a forgery that tells no number is booked by the one that is printed on it, and by no serial', () => {
    const forgery: DeskShown = { kind: 'card', card: { ...card, permitNumber: '', serial: '', verdict: { result: 'forged', lines: [] } } };
    const form = newForm(forgery, today);
    expect(missingFields('seize', form, forgery)).toEqual(['bodyNumber']);
    expect(inputOf('seize', forgery, { ...form, bodyNumber: permitNumber })).toEqual({ workflow: 'return-card', permitNumber, reason: 'seized', end: false });
    expect(missingFields('seize', newForm(shown, today), shown)).toEqual([]);
  });
  test('by number it is the newest card that is handed over; which of several came back is not said', () => {
    const cards = [2, 1].map((n) => ({ serial: String(n).repeat(20), statusIndex: n, status: 0 as const }));
    const many: DeskShown = { kind: 'permit', permit: { permitNumber, source: 'platform', state: 'made', actions: [], facts: { permitNumber, state: 'made', kind: 1, issuedOn: today, cards, at: 0 } } };
    expect(inputOf('hand-over', many, filled)).toMatchObject({ workflow: 'hand-over', serial: '2'.repeat(20) });
    expect(inputOf('return', many, filled)).not.toHaveProperty('serial');
  });
  test('a seized card keeps its chip: its permit lives on', () => {
    expect(inputOf('seize', shown, newForm(shown, today))).toMatchObject({ reason: 'seized', end: false });
  });
  test('whatever touches a card names the reader from which it was read', () => {
    const named = deskActions.filter((action) => JSON.stringify(inputOf(action, shown, filled, 'Reader B') ?? {}).includes('"reader":"Reader B"'));
    expect(named).toEqual(['endorse', 'move', 'found', 'reset-pin', 'match-body', 'return', 'seize', 'resume']);
  });
  test('a body is matched by what is printed on it, full-width digits and spaces aside', () => {
    expect(inputOf('match-body', shown, filled)).toEqual({ workflow: 'match-body', permitNumber: '330302202510000012', can: '042617' });
  });
  test('empty fields of a move are left out, texts are trimmed', () => {
    expect(inputOf('move', shown, { ...filled, employer: ' ' })).toEqual({ workflow: 'move', permitNumber, residence: { division: '330302003012', address: '新路2号' }, changedOn: today });
  });
});

describe('what stands first', () => {
  const actions = deskActions.map((action): DeskAction => ({ action, allowed: true, rule: 'two-people', feeFen: 0, approval: false }));
  const first = (more: Partial<DeskCard>): string | undefined => byNeed({ kind: 'card', card: { ...card, actions, ...more } })[0]?.action;
  const without = (...gone: readonly string[]) => actions.filter(({ action }) => !gone.includes(action));

  test('what was broken off, then the hand-over, the endorsement, the way back', () => {
    expect(first({})).toBe('resume');
    expect(first({ actions: without('resume') })).toBe('hand-over');
    expect(first({ actions: without('resume', 'hand-over') })).toBe('endorse');
    expect(first({ state: 'suspended', actions: without('resume', 'hand-over', 'endorse') })).toBe('restore');
  });
  test('a forgery and the card of a permit that ended are taken in', () => {
    expect(first({ verdict: { result: 'cloned', lines: [] }, actions: without('found', 'return') })).toBe('seize');
    expect(first({ state: 'ended', actions: without('found') })).toBe('return');
  });
  test('nothing is left out', () => {
    expect(byNeed({ kind: 'card', card: { ...card, actions } }).map(({ action }) => action).toSorted()).toEqual([...deskActions].sort());
  });
});

test('what is still to be filled in', () => {
  const form = newForm(shown, today);
  expect(missingFields('endorse', form, shown)).toEqual([]);
  expect(missingFields('refuse-endorsement', form, shown)).toEqual(['reason']);
  expect(missingFields('cancel', form, shown)).toEqual(['cancelReason']);
  expect(missingFields('match-body', form, shown)).toEqual(['bodyNumber', 'can']);
  expect(missingFields('move', { ...form, changedOn: '2026-11' }, shown)).toEqual(['division', 'address', 'changedOn']);
  expect(form.employer).toBe('某公司');
  expect(newForm({ kind: 'card', card: { ...card, state: 'ended' } }, today).returnReason).toBe('cancelled');
});

test('steps are shown for what touches the card', () => {
  const form = newForm(shown, today);
  expect(touchesCard('endorse', form)).toBe(true);
  expect(touchesCard('return', { ...form, end: false })).toBe(false);
  expect(touchesCard('suspend', form)).toBe(false);
});

test('by number alone nothing is green', () => {
  expect(['active', 'made', 'suspended', 'lost', 'ended', 'past-end', 'of a newer service'].map(stateTone)).toEqual(['neutral', 'neutral', 'suspended', 'revoked', 'revoked', 'suspended', 'undetermined']);
});
