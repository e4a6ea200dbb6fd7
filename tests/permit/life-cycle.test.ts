import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { PermitFacts } from '../../src/contract/index.js';
import {
  addDays, applyEvent, fileOfFacts, openSteps, permitStates, permittedSteps, startingPoint, stateOn, stepOf, steps,
  type KnownFacts, type PermitFile,
} from '../../src/permit/index.js';
import { read } from '../house/sources.js';
import { accepted, activeSince, activeUntil, approved, handedOver, live, refusal } from './lives.js';
import { allowed, rowsOfCode, rowsOfPage } from './life-cycle-table.js';
import { carefully, day, plans, walk, type Visit } from './random-lives.js';

const everyLife = (visit: Visit, numRuns = 150): void => fc.assert(fc.property(day, plans, (start, plan) => walk(start, plan, visit)), { numRuns });

describe('properties of every life', () => {
  test('the state has a name, and is one that the table gives', () =>
    everyLife((file, event) => {
      const result = applyEvent(file, event);
      if (!result.ok) return;
      expect(permitStates).toContain(result.file.state);
      expect(permitStates).toContain(stateOn(result.file, event.on));
      expect(allowed(startingPoint(file, event.on), stepOf(event))).toContain(result.file.state);
    }));

  test('what is listed as open is taken, and nothing else is', () =>
    everyLife((file, event, on) => {
      const open = openSteps(file, on);
      if (applyEvent(file, event).ok) expect(open).toContain(stepOf(event));
      for (const step of steps) {
        const taken = carefully(step, file, on).some((careful) => applyEvent(file, careful).ok);
        expect({ step, taken }).toEqual({ step, taken: open.includes(step) });
      }
    }, 25));

  test('refused and ended are final', () =>
    everyLife((file, event) => {
      const result = applyEvent(file, event);
      if (file?.state === 'refused') expect(result.ok).toBe(false);
      if (file?.state === 'ended' && result.ok) expect(result.file).toMatchObject({ state: 'ended', ended: file.ended });
    }));

  test('no date of effect goes backwards within a term', () =>
    everyLife((file, event) => {
      const result = applyEvent(file, event);
      if (!result.ok || file === undefined) return;
      const after = result.file;
      for (const field of ['registeredOn', 'issuedOn', 'madeOn', 'yearsCountFrom'] as const) expect((after[field] ?? '9') >= (file[field] ?? '')).toBe(true);
      if (after.issuedOn === file.issuedOn) expect((after.goodUntil ?? '') >= (file.goodUntil ?? '')).toBe(true);
    }));

  test('applying says the same twice and leaves the file alone', () =>
    everyLife((file, event) => {
      const before = JSON.stringify(file);
      expect(applyEvent(Object.freeze(file), Object.freeze(event))).toEqual(applyEvent(file, event));
      expect(JSON.stringify(file)).toBe(before);
    }));

  test('a refusal names a state and a step, or a field: nothing of a person', () =>
    everyLife((file, event) => {
      const result = applyEvent(file, event);
      if (!result.ok) expect(result.detail).toMatch(/^[a-zA-Z0-9: -]+$/);
    }));
});

describe('the table of firmware-specs/life-cycle.md', () => {
  const key = ({ from, step, to }: { from: string; step: string; to: readonly string[] }) => `${from} ${step} ${[...to].sort().join(',')}`;
  test('is the table of the code, both ways', () => expect(rowsOfPage(read('firmware-specs/life-cycle.md')).map(key).sort()).toEqual(rowsOfCode().map(key).sort()));

  test('names every state', () => {
    const page = read('firmware-specs/life-cycle.md');
    expect([...page.matchAll(/^\| `([a-z]+)` \| \p{Script=Han}/gmu)].map((match) => match[1])).toEqual(permitStates);
  });

  test('holds nothing that no life can reach', () => {
    const reached = new Set<string>();
    const known = new Set<string>();
    // One file stands for all that differ in their dates alone.
    const kindOf = (file: PermitFile, on: string): string =>
      [file.state, startingPoint(file, on), file.purpose, file.oldCard, file.suspendedByDecision, file.expiresOn === undefined, file.madeOn === on, file.issuedOn === on].join(' ');
    const follow = (file: PermitFile | undefined, on: string): void => {
      for (const event of steps.flatMap((step) => carefully(step, file, on))) {
        const result = applyEvent(file, event);
        if (!result.ok) continue;
        reached.add(`${startingPoint(file, on)} ${stepOf(event)} ${result.file.state}`);
        if (known.has(kindOf(result.file, on))) continue;
        known.add(kindOf(result.file, on));
        for (const days of [0, -1, 1, 14, 340, 360, 400]) follow(result.file, addDays(on, days));
      }
    };
    for (const start of ['2014-04-01', '2016-07-02']) follow(undefined, start);
    const promised = rowsOfCode().flatMap(({ from, step, to }) => to.map((state) => `${from} ${step} ${state}`));
    expect(promised.filter((each) => !reached.has(each))).toEqual([]);
  });
});

describe('corners', () => {
  const active = activeSince('2024-03-10');
  const decided = live([{ type: 'revocation', on: '2024-05-01', status: 2, reason: 'decision' }], active);

  test('permitted steps are told by record type, those of issue and revocation with their reason', () => {
    expect(permittedSteps(undefined, '2024-03-10')).toEqual(['registration', 'acceptance', 'issue:first']);
    expect(permittedSteps(active, '2024-03-11')).toEqual([
      'acceptance', 'issue:damaged', 'issue:lost', 'issue:exchange', 'residence-change', 'revocation:left', 'revocation:died', 'revocation:became-local', 'revocation:fraud',
      'revocation:not-qualified', 'revocation:departed', 'revocation:lost', 'revocation:decision', 'card-return',
    ]);
    expect(permittedSteps(active, '2025-03-01')).toContain('endorsement');
    expect(permittedSteps(undefined, '2009-09-30')).toEqual(['registration']);
  });

  test('a decision suspends until it is lifted, through endorsement and loss; meanwhile no other card is made', () => {
    expect(live([{ type: 'endorsement', on: '2025-03-01', decision: 'endorsed' }], decided)).toMatchObject({ state: 'suspended', goodUntil: '2026-03-10' });
    expect(refusal(decided, { type: 'revocation', on: '2024-05-02', status: 2, reason: 'decision' })).toBe('STATE_NOT_ALLOWED suspended-by-decision revocation:decision');
    expect(refusal(decided, { type: 'issue', on: '2024-05-02', kind: 1, replaces: 'damaged' })).toBe('STATE_NOT_ALLOWED suspended-by-decision issue:damaged');
    const acceptance = { type: 'acceptance', on: '2024-05-02', purpose: 'damaged', missingPapers: [], dueOn: '2024-05-17' } as const;
    expect(refusal(decided, acceptance)).toBe('STATE_NOT_ALLOWED suspended-by-decision acceptance:damaged');
    const lost = live([{ type: 'revocation', on: '2024-05-02', status: 1, reason: 'lost' }], decided);
    expect(refusal(lost, { ...acceptance, purpose: 'lost' })).toBe('STATE_NOT_ALLOWED suspended-by-decision acceptance:lost');
    expect(refusal(lost, { type: 'issue', on: '2024-05-02', kind: 1, replaces: 'lost' })).toBe('STATE_NOT_ALLOWED suspended-by-decision issue:lost');
    // Status 0 would make the lost card good again.
    expect(refusal(lost, { type: 'revocation', on: '2024-05-03', status: 0, reason: 'restored' })).toBe('INPUT_INVALID status');
    const lifted = live([{ type: 'revocation', on: '2024-05-03', status: 1, reason: 'restored' }], lost);
    expect(lifted).toEqual({ ...active, state: 'lost' });
    expect(live([{ type: 'revocation', on: '2024-05-03', status: 0, reason: 'restored' }], decided)).toEqual(active);
  });

  test('a correction is made on the day of the card that is wrong, also when the permit is older', () => {
    const replaced = live([{ type: 'issue', on: '2024-06-01', kind: 1, replaces: 'damaged' }, { type: 'hand-over', on: '2024-06-01', oldCard: 'returned' }], active);
    const corrected = live([{ type: 'issue', on: '2024-06-01', kind: 1, replaces: 'correction' }], replaced);
    expect(corrected).toMatchObject({ state: 'made', issuedOn: '2024-03-10', oldCard: 'out' });
    expect(refusal(corrected, handedOver('2024-06-01'))).toBe('OLD_CARD_REQUIRED correction');
    expect(refusal(replaced, { type: 'issue', on: '2024-06-02', kind: 1, replaces: 'correction' })).toBe('CORRECTION_TOO_LATE on');
    const waiting = live([{ type: 'issue', on: '2024-03-10', kind: 1 }, { type: 'issue', on: '2024-03-10', kind: 1, replaces: 'correction' }, handedOver('2024-03-10')]);
    expect(waiting).toEqual(active);
  });

  test('the old card is lost while the new one is made: damage becomes loss', () => {
    const made = live([{ type: 'issue', on: '2024-05-01', kind: 1, replaces: 'damaged' }, { type: 'revocation', on: '2024-05-02', status: 1, reason: 'lost' }], active);
    expect(made).toMatchObject({ state: 'made', purpose: 'lost', oldCard: 'lost' });
    expect(live([handedOver('2024-05-03')], made)).toMatchObject({ state: 'active', oldCard: 'lost' });
    const waiting = live([{ type: 'revocation', on: '2024-05-03', status: 1, reason: 'lost' }], made);
    expect(waiting.state).toBe('lost');
  });

  test('a loss that arrives after the replacement speaks of the card before', () => {
    const replaced = live([{ type: 'issue', on: '2024-05-03', kind: 1, replaces: 'lost' }, handedOver('2024-05-03')], active);
    expect(live([{ type: 'revocation', on: '2024-05-02', status: 1, reason: 'lost' }], replaced)).toEqual(replaced);
    expect(live([{ type: 'revocation', on: '2024-05-04', status: 1, reason: 'lost' }], replaced).state).toBe('lost');
  });

  test('another card keeps kind and end; a correction may set them right', () => {
    const old = activeUntil('2014-04-01', '2017-04-01');
    expect(refusal(old, { type: 'issue', on: '2014-05-01', kind: 1, expiresOn: '2018-04-01', replaces: 'damaged' })).toBe('INPUT_INVALID expiresOn');
    expect(refusal(old, { type: 'issue', on: '2014-05-01', kind: 2, expiresOn: '2017-04-01', replaces: 'damaged' })).toBe('INPUT_INVALID kind');
    expect(live([{ type: 'issue', on: '2014-04-01', kind: 1, expiresOn: '2019-04-01', replaces: 'correction' }], old)).toMatchObject({ expiresOn: '2019-04-01' });
    expect(refusal(undefined, { type: 'issue', on: '2014-04-01', kind: 1 })).toBe('INPUT_INVALID expiresOn');
    expect(refusal(undefined, { type: 'issue', on: '2024-04-01', kind: 1, expiresOn: '2025-04-01' })).toBe('INPUT_INVALID expiresOn');
    expect(refusal(undefined, { type: 'issue', on: '2024-04-01', kind: 1, expiresOn: '2024-03-31' })).toBe('DATE_IMPOSSIBLE expiresOn');
  });

  test('a step of the counter is not dated before what it builds on; a loss may be written down late', () => {
    const made = live([{ type: 'issue', on: '2024-06-05', kind: 1, replaces: 'damaged' }], active);
    expect(refusal(made, { type: 'hand-over', on: '2024-06-04', oldCard: 'returned' })).toBe('DATE_IMPOSSIBLE on');
    const file = live([{ type: 'acceptance', on: '2024-06-05', purpose: 'damaged', missingPapers: [], dueOn: '2024-06-20' }], active);
    expect(refusal(file, approved('2024-06-04'))).toBe('DATE_IMPOSSIBLE on');
    expect(refusal(file, { type: 'revocation', on: '2024-06-04', status: 1, reason: 'lost' })).toBe('taken');
    expect(refusal(file, { type: 'revocation', on: '2024-03-09', status: 1, reason: 'lost' })).toBe('DATE_IMPOSSIBLE on');
    expect(refusal(live([{ type: 'registration', on: '2024-06-05' }]), { type: 'issue', on: '2024-06-04', kind: 1 })).toBe('DATE_IMPOSSIBLE on');
  });

  test('what was approved is what is made', () => {
    const file = live([accepted('2024-08-01', '2024-08-16'), approved('2024-08-02')]);
    expect(refusal(file, { type: 'issue', on: '2024-08-03', kind: 1, replaces: 'damaged' })).toBe('STATE_NOT_ALLOWED approved-for-first issue:damaged');
    expect(refusal(file, { type: 'issue', on: '2024-07-31', kind: 1 })).toBe('DATE_IMPOSSIBLE on');
    expect(refusal(file, { type: 'issue', on: '2024-02-30', kind: 1 })).toBe('DATE_IMPOSSIBLE on');
  });

  test('a file put together from what the platform says goes on; what the calendar did is not taken for a decision', () => {
    const facts = (on: string, file: PermitFile, status: number) => {
      const { kind = 1, issuedOn = on, expiresOn, goodUntil, yearsCountFrom } = file;
      return fileOfFacts({ state: stateOn(file, on), kind, issuedOn, expiresOn, goodUntil, yearsCountFrom, cards: [{ status }] });
    };
    const endorsed = live([{ type: 'endorsement', on: '2025-03-01', decision: 'endorsed' }], active);
    const { madeOn: _madeOn, ...known } = endorsed;
    expect(facts('2026-06-01', endorsed, 0)).toEqual(known);
    expect(live([{ type: 'endorsement', on: '2026-06-01', decision: 'endorsed' }], facts('2026-06-01', endorsed, 3))).toMatchObject({ state: 'active', goodUntil: '2027-03-10', yearsCountFrom: '2026-06-01' });
    expect(refusal(facts('2025-03-02', endorsed, 0), { type: 'issue', on: '2025-03-02', kind: 1, replaces: 'correction' })).toBe('CORRECTION_TOO_LATE on');
    expect(facts('2024-06-01', decided, 2)?.state).toBe('suspended');
    const past = facts('2017-04-02', activeUntil('2014-04-01', '2017-04-01'), 0);
    expect(live([{ type: 'revocation', on: '2017-04-02', status: 1, reason: 'expired' }], past).ended).toBe('expired');
    expect(facts('2024-06-01', live([{ type: 'revocation', on: '2024-05-01', status: 1, reason: 'left' }], active), 1)?.state).toBe('ended');
    // Refused at the endorsement: ended by an event, whatever the list says by now.
    expect(fileOfFacts({ state: 'ended', kind: 1, issuedOn: '2024-03-10', cards: [{ status: 0 }] })?.state).toBe('ended');
    expect(fileOfFacts({ state: 'somewhere', kind: 1, issuedOn: '2024-03-10', cards: [] })).toBeUndefined();
    expectTypeOf<PermitFacts>().toExtend<KnownFacts>();
  });
});
