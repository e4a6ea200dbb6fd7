import { describe, expect, test } from 'vitest';
import { permitNumber } from '../../src/permit/index.js';
import { failed, type Check, type Verdict } from '../../src/contract/index.js';
import { en } from '../../src/renderer/i18n/en.js';
import type { FocusKind } from '../../src/renderer/modes/common/key-press.js';
import { commandOf, keyCap, policeKeys, type PoliceKey } from '../../src/renderer/modes/police/keys.js';
import { checkDigitHolds, groupNumber, maskedNumber, permitDigits, splitNumber } from '../../src/renderer/modes/common/permit-number.js';
import { heardOf, shownCheck, toneFor, type CheckSources } from '../../src/renderer/modes/police/shown-check.js';
import { soundChoiceOf } from '../../src/renderer/modes/police/sound-choice.js';
import { dateText, timeText } from '../../src/renderer/modes/common/times.js';
import { session, state } from './service-state.js';

const number = permitNumber({ division6: '330302', year: 2024, kind: 1, sequence: 14 });

describe('keys', () => {
  const press = (key: string, focus: FocusKind = 'none', other: Partial<Parameters<typeof commandOf>[0]> = {}): PoliceKey | undefined =>
    commandOf({ key, isComposing: false, repeat: false, altKey: false, ctrlKey: false, metaKey: false, ...other }, focus);

  test('each does one thing, and each thing has one key and a word', () => {
    const keys = Object.values(policeKeys);
    expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length);
    for (const name of Object.keys(policeKeys) as PoliceKey[]) {
      expect(press(policeKeys[name])).toBe(name);
      expect(Object.hasOwn(en.policeKey, name), name).toBe(true);
    }
    expect(keyCap('back')).toBe('Esc');
    expect(keyCap('history')).toBe('H');
  });

  test('nothing while an input method composes, a key is held or a modifier pressed', () => {
    expect(press('F5', 'text', { isComposing: true })).toBeUndefined();
    expect(press(' ', 'none', { repeat: true })).toBeUndefined();
    expect(press('h', 'none', { ctrlKey: true })).toBeUndefined();
    expect(press('F4', 'none', { altKey: true })).toBeUndefined();
  });

  test('a text field keeps what types; a button keeps Space', () => {
    expect(press(' ', 'text')).toBeUndefined();
    expect(press('h', 'text')).toBeUndefined();
    expect(press('F6', 'text')).toBe('lookUp');
    expect(press('Escape', 'text')).toBe('back');
    expect(press(' ', 'control')).toBeUndefined();
    expect(press('H')).toBe('history');
    expect(press('x')).toBeUndefined();
  });
});

describe('the permit number', () => {
  test('is grouped as printed, complete or not', () => {
    expect(groupNumber(number)).toMatch(/^330302 2024 1000 \d{4}$/);
    expect(groupNumber('')).toBe('');
    expect(groupNumber('330302')).toBe('330302');
    expect(groupNumber('3303022')).toBe('330302 2');
    expect(groupNumber(number).replaceAll(' ', '')).toBe(number);
    expect(splitNumber(number)).toEqual({ head: '330302 2024 1000', tail: number.slice(-4) });
  });

  test('whatever is typed or pasted: its digits, at most 18', () => {
    expect(permitDigits(` ${groupNumber(number)}9 `)).toBe(number);
    expect(permitDigits('３３０３x0２')).toBe('330302');
  });

  test('masked: first six and last four, nothing of what lies between', () => {
    const masked = maskedNumber(`${number.slice(0, 6)}********${number.slice(-4)}`);
    expect(masked).toBe(`${number.slice(0, 6)}••••${number.slice(-4)}`);
    expect(maskedNumber('')).toBeUndefined();
    expect(masked).not.toContain(number.slice(6, 14));
  });

  test('its check digit finds every single wrong digit', () => {
    expect(checkDigitHolds(number)).toBe(true);
    expect(checkDigitHolds(number.slice(1))).toBe(false);
    for (let at = 0; at < number.length; at += 1) {
      const wrong = number.slice(0, at) + String((Number(number.charAt(at)) + 1) % 10) + number.slice(at + 1);
      expect(checkDigitHolds(wrong), wrong).toBe(false);
    }
  });
});

const verdict = (result: Verdict['result']): Extract<Check, { phase: 'verdict' }> => ({ phase: 'verdict', reader: 'r', at: 1, cardPresent: true, verdict: { result, lines: [] } });
const reading: Check = { phase: 'reading', reader: 'r', since: 1 };
const refused = (at: number): Check => ({ phase: 'refused', at, code: 'CARD_REMOVED' });

describe('what is shown', () => {
  const shown = (other: Partial<CheckSources> = {}): string =>
    shownCheck({ connection: 'up', state: state({ session }), started: true, ended: null, question: null, check: { phase: 'waiting' }, ...other }).kind;

  test('one thing at a time', () => {
    expect(shown()).toBe('waiting');
    expect(shown({ check: null })).toBe('waiting');
    expect(shown({ check: reading })).toBe('reading');
    expect(shown({ check: verdict('valid'), question: 'next' })).toBe('verdict');
    expect(shown({ check: refused(1) })).toBe('refused');
    expect(shown({ question: 'operation' })).toBe('operation');
    expect(shown({ question: 'operation', state: state({ session, operation: { purpose: 'control', place: 'x' } }) })).toBe('waiting');
    expect(shown({ started: false })).toBe('starting');
    expect(shown({ state: null })).toBe('starting');
    expect(shown({ ended: failed('CANCELLED') })).toBe('stopped');
  });

  test('a lost service hides the verdict, which nobody would blank; a lost reader does not', () => {
    expect(shown({ connection: 'down', check: verdict('valid') })).toBe('link-down');
    expect(shown({ state: state({ session, readers: [] }), check: verdict('valid') })).toBe('verdict');
    expect(shown({ state: state({ session, readers: [] }) })).toBe('reader-missing');
    expect(shown({ state: state({ session, cardService: 'down', readers: [] }) })).toBe('card-service-down');
  });

  test('a card that does not answer and a second card are said', () => {
    const card = { name: 'a', cardPresent: true, mute: false };
    expect(shownCheck({ connection: 'up', state: state({ readers: [card, { ...card, name: 'b' }] }), started: true, ended: null, question: null, check: null })).toMatchObject({ several: true, muteCard: false });
    expect(shownCheck({ connection: 'up', state: state({ readers: [{ ...card, mute: true }] }), started: true, ended: null, question: null, check: null })).toMatchObject({ several: false, muteCard: true });
  });
});

describe('what is heard', () => {
  const tone = (now: Check, before: Check): string | undefined => toneFor(heardOf(now), heardOf(before));
  const of = (check: Extract<Check, { phase: 'verdict' }>, permitNumber: string): Check => ({ ...check, verdict: { ...check.verdict, permitNumber } });

  test('each answer once, however often it is told', () => {
    expect(toneFor(heardOf(verdict('valid')), null)).toBe('valid');
    expect(tone(verdict('valid'), reading)).toBe('valid');
    expect(tone({ ...verdict('valid'), cardPresent: false, seq: 3 }, verdict('valid'))).toBeUndefined();
    expect(tone(refused(1), reading)).toBe('refused');
    expect(tone(refused(1), refused(1))).toBeUndefined();
    expect(tone(refused(2), refused(1))).toBe('refused');
  });

  test('a worse verdict that follows, and the same one about another permit, sound again; waiting and reading are silent', () => {
    expect(tone(verdict('rolled-back'), verdict('valid'))).toBe('rolled-back');
    expect(tone(of(verdict('valid'), '2'), of(verdict('valid'), '1'))).toBe('valid');
    expect(tone(reading, verdict('valid'))).toBeUndefined();
    expect(tone({ phase: 'waiting' }, reading)).toBeUndefined();
  });

  test('what is kept of it to know it again holds nobody', () => {
    const holder = { name: '某人', sex: 1, birth: '1990-01-01', photo: 'AAAA' } as const;
    expect(JSON.stringify(heardOf({ ...verdict('valid'), holder }))).not.toMatch(/某人|1990|AAAA/);
  });

  test('a choice that was stored by nobody or by a stranger is loud and does not speak', () => {
    expect(soundChoiceOf(null)).toEqual({ muted: false, volume: 0.7, speak: false });
    expect(soundChoiceOf({ muted: 'yes', volume: 7, speak: 1 })).toEqual({ muted: false, volume: 0.7, speak: false });
    expect(soundChoiceOf({ muted: true, volume: 0.3, speak: true })).toEqual({ muted: true, volume: 0.3, speak: true });
  });
});

test('times are those of China, whatever zone the machine stands in', () => {
  expect(`${dateText(1_772_323_199)} ${timeText(1_772_323_199)}`).toBe('2026-03-01 07:59:59');
});
