import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureCodes, type FailureCode } from '../../src/contract/index.js';
import { atTheDesk } from './refusals/at-the-desk.js';
import { atTheForm } from './refusals/at-the-form.js';
import { atTheMachine } from './refusals/at-the-machine.js';
import { atTheWriting } from './refusals/at-the-writing.js';
import { elsewhere } from './refusals/elsewhere.js';
import { Hall } from './refusals/hall.js';
import type { Refusal } from './refusals/refusal.js';
import { expectTold, wordsOf } from './refusals/told.js';

/** Every refusal that a clerk can meet, met in the real app: what happened and what to do next is read on the screen in Chinese, and in English as soon as that is chosen. */
const groups: readonly (readonly [string, readonly Refusal[]])[] = [
  ['at the form', atTheForm],
  ['at the card desk', atTheDesk],
  ['where a card is written and handed over', atTheWriting],
  ['about machine, platform, time and people', atTheMachine],
];

describe('told in both languages', () => {
  let hall: Hall;
  beforeAll(async () => {
    hall = await Hall.open();
    await hall.clerk.signIn();
  }, 180_000);
  afterAll(() => hall.close());

  describe.each(groups)('%s', (_, refusals) => {
    it.each(refusals.map((refusal) => [refusal.code ?? 'in its own words', refusal.what, refusal] as const))('%s: %s', { timeout: 90_000 }, async (code, _what, { words, meet, after }) => {
      await hall.home();
      try {
        await expectTold(await meet(hall), words ?? wordsOf(code as FailureCode));
      } finally {
        await after?.(hall);
      }
    });
  });

  it('and nothing went wrong behind it', async () => expect((await hall.app.watched.faults()).filter((fault) => !/WebSocket/.test(fault))).toEqual([]));
});

it('every failure code is met here, or is said why a clerk does not meet it', () => {
  const met = groups.flatMap(([, refusals]) => refusals.flatMap(({ code }) => code ?? []));
  expect([...new Set([...met, ...Object.keys(elsewhere)])].sort()).toEqual([...failureCodes].sort());
  expect(met.filter((code) => Object.hasOwn(elsewhere, code))).toEqual([]);
});
