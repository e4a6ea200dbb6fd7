import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkPurposes, verdictResults, type VerdictLine, type VerdictResult } from '../../src/contract/index.js';
import { en } from '../../src/renderer/i18n/en.js';
import { zh } from '../../src/renderer/i18n/zh-CN.js';
import { actionOf, decidingLine, verdictActions } from '../../src/renderer/modes/common/verdict-action.js';
import { checkOrder, isReportable, knownResult, markOf, verdictSigns } from '../../src/renderer/modes/common/verdict-signs.js';
import { pitches, tones } from '../../src/renderer/modes/police/tones.js';
import { lookUpTones } from '../../src/renderer/modes/police/look-up-answer.js';
import { authenticationReasons, listedReasons } from './payload-reasons.js';

const languages = { 'zh-CN': zh, en };
const line = (check: VerdictLine['check'], result: VerdictResult, reason: string): VerdictLine => ({ check, result, reason });
/** A verdict of these lines, the others passed. */
const verdict = (result: VerdictResult, ...lines: VerdictLine[]): { result: VerdictResult; lines: VerdictLine[] } => ({
  result,
  lines: [...lines, ...checkOrder.filter((check) => !lines.some((each) => each.check === check)).map((check) => line(check, 'valid', 'passed'))],
});

describe('words', () => {
  test('the specification lists what it is known to list', () => {
    expect(authenticationReasons).toContain('digest-cardAccess');
    expect(authenticationReasons).toContain('services-other-chip');
    expect(listedReasons).toContainEqual({ check: 'counters', result: 'rolled-back', reason: 'counter-differs-services' });
    expect(listedReasons).toContainEqual({ check: 'status', result: 'undetermined', reason: 'status-list-stale' });
    expect(new Set(listedReasons.map(({ check }) => check))).toEqual(new Set(checkOrder));
  });

  test.each(Object.entries(languages))('%s: every reason that a line can give, and no other', (_language, { policeReason }) => {
    const wanted = new Set([...authenticationReasons, ...listedReasons.map(({ reason }) => reason)]);
    expect(new Set(Object.keys(policeReason))).toEqual(wanted);
  });

  test('every reason that the code of the verdict gives has words', () => {
    const sources = ['passive-authentication.ts', 'trust.ts', 'verdict-lines.ts'].map((name) => readFileSync(new URL(`../../src/permit/${name}`, import.meta.url), 'utf8')).join('\n');
    const given = [...sources.matchAll(/(?:line|notAuthentic)\((?:'[\w-]+'|check), '[\w-]+', '([\w-]+)'/g)].map(([, reason]) => reason!);
    // Of the trust list itself: no card's verdict tells them.
    const others = ['root-unknown', 'trust-list-signature', 'trust-environment', 'trust-list-from-future', 'trust-list-kid'];
    expect(given.length).toBeGreaterThan(30);
    expect(given.filter((reason) => !Object.hasOwn(zh.policeReason, reason) && !others.includes(reason))).toEqual([]);
  });

  test.each(Object.entries(languages))('%s: every result, purpose and action has its own', (_language, words) => {
    for (const [part, names] of [
      [words.policeResult, verdictResults],
      [words.policePurpose, checkPurposes],
      [words.policeAction, verdictActions],
    ] as const) {
      expect(Object.keys(part).sort()).toEqual([...names].sort());
      expect(new Set(Object.values(part)).size).toBe(names.length);
    }
  });

  test('an action is one sentence, as short as an officer reads at a glance', () => {
    for (const text of Object.values(zh.policeAction)) expect(text).toMatch(/^[^。]{4,39}。$/);
    for (const text of Object.values(en.policeAction)) {
      expect(text).toMatch(/^[^.]+\.$/);
      expect(text.split(' ').length).toBeLessThanOrEqual(25);
    }
  });
});

describe('signs', () => {
  test('no two results share shape and sign, and green is valid alone', () => {
    expect(new Set(verdictResults.map((result) => `${verdictSigns[result].outline} ${verdictSigns[result].glyph}`)).size).toBe(verdictResults.length);
    expect(verdictResults.filter((result) => verdictSigns[result].tone === 'valid')).toEqual(['valid']);
    expect(verdictResults.filter((result) => markOf(result) === 'passed')).toEqual(['valid']);
    expect(Object.values(lookUpTones)).not.toContain('valid');
  });

  test('a result that nobody here knows is undetermined', () => {
    expect(knownResult('revoked')).toBe('revoked');
    expect(knownResult('splendid')).toBe('undetermined');
    expect(knownResult('toString')).toBe('undetermined');
  });

  test('what was made or changed by somebody is to be reported', () => {
    expect(verdictResults.filter(isReportable)).toEqual(['cloned', 'forged', 'rolled-back']);
  });
});

test('tones: every outcome has its own count and pitch by its severity, the refusal is soft', () => {
  expect(Object.keys(tones).sort()).toEqual([...verdictResults, 'refused'].sort());
  const told = Object.fromEntries(Object.entries(tones).map(([name, { count, pitch }]) => [name, `${count} ${pitch}`]));
  expect(told).toEqual({
    valid: '1 high',
    suspended: '2 middle',
    expired: '2 middle',
    revoked: '3 low',
    cloned: '3 low',
    forged: '3 low',
    'rolled-back': '3 low',
    unconfirmed: '2 low',
    undetermined: '2 low',
    refused: '1 low',
  });
  expect(tones.refused.soft).toBe(true);
  expect(pitches.low).toBeLessThan(pitches.middle);
  expect(pitches.middle).toBeLessThan(pitches.high);
});

describe('the one action', () => {
  test('every line of the specification leads to one that is worded', () => {
    for (const { check, result, reason } of listedReasons) {
      const action = actionOf(verdict(result, line(check, result, reason)), false);
      expect(Object.hasOwn(zh.policeAction, action), `${check} ${reason}`).toBe(true);
    }
    expect(new Set(listedReasons.map(({ check, result, reason }) => actionOf(verdict(result, line(check, result, reason)), false))).size).toBe(verdictActions.length - 1);
  });

  test('by result', () => {
    expect(actionOf(verdict('valid'), true)).toBe('compare-face');
    expect(actionOf(verdict('valid'), false)).toBe('compare-face-by-hand');
    expect(actionOf(verdict('revoked', line('status', 'revoked', 'listed-cancelled')), true)).toBe('take-in');
    expect(actionOf(verdict('unconfirmed', line('status', 'unconfirmed', 'not-confirmed')), true)).toBe('phone-platform');
  });

  test('a decision weighs more than a missed endorsement', () => {
    const overdue = line('dates', 'suspended', 'endorsement-overdue');
    const decided = line('status', 'suspended', 'listed-suspended');
    expect(actionOf(verdict('suspended', overdue), true)).toBe('endorse');
    expect(actionOf(verdict('suspended', overdue, decided), true)).toBe('ask-hall');
    expect(decidingLine(verdict('suspended', overdue, decided))).toBe(decided);
  });

  test('of several doubts the one whose mending helps first: clock, list, number, chip, reading', () => {
    const doubts = [
      ['correct-clock', line('dates', 'undetermined', 'clock-wrong')],
      ['update-list', line('status', 'undetermined', 'status-list-stale')],
      ['ask-by-number', line('signature', 'undetermined', 'index-not-found')],
      ['present-again', line('chip', 'undetermined', 'chip-silent')],
      ['hold-still', line('counters', 'undetermined', 'counters-not-read')],
    ] as const;
    doubts.forEach(([action], at) => {
      const lines = doubts.slice(at).map(([, doubt]) => doubt);
      expect(actionOf(verdict('undetermined', ...lines.toReversed()), true)).toBe(action);
      expect(decidingLine(verdict('undetermined', ...lines.toReversed()))?.reason).toBe(lines[0]!.reason);
    });
  });

  test('what decided is a line of that result, never a lesser one', () => {
    const cloned = verdict('cloned', line('signature', 'undetermined', 'trust-list-stale'), line('chip', 'cloned', 'chip-answer-wrong'));
    expect(decidingLine(cloned)?.reason).toBe('chip-answer-wrong');
  });
});
