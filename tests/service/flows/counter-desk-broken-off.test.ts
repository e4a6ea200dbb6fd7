import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowInput } from '../../../src/contract/index.js';
import { addDays, addMonths } from '../../../src/permit/index.js';
import { createEnrolmentCode, setRules } from '../../../src/platform/index.js';
import { CounterDesk, enrolTerminal, openTerminal, syncTerminal } from '../../../src/service/index.js';
import { inventAdult, portraitOf } from '../../../src/cli/invented/index.js';
import { people } from '../app-world.js';
import { CounterHall } from './counter-hall.js';

let hall: CounterHall;
beforeAll(async () => {
  hall = await CounterHall.open();
}, 90_000);
afterAll(() => hall.close());

type Acceptance = Extract<WorkflowInput, { workflow: 'accept' }>;
const acceptanceOf = ({ application, photo, draft }: Awaited<ReturnType<CounterHall['form']>>): Acceptance => ({ workflow: 'accept', application, photo, draft, purpose: 'first', missingPapers: [] });
const expected = <T>(outcome: { ok: true; value: T } | { ok: false; code: string }): T => {
  if (!outcome.ok) throw new Error(outcome.code);
  return outcome.value;
};
/** The card of this application is being written when the service dies. */
const killedInMidWrite = async (receipt: string): Promise<string> => {
  const card = await hall.put();
  const run = hall.service.start({ workflow: 'make', receipt });
  await hall.service.until(() => hall.service.events.find((event) => event.event === 'step' && event.run === run && event.step === 'write' && event.done > 0), 'the first file on the card');
  await hall.killAndRestart();
  return card;
};

describe('a service that dies in the middle of a card', () => {
  it('has lost nothing: the torn card is finished, and form and application have it', async () => {
    const resident = await hall.form(421);
    const { receipt } = await hall.done(acceptanceOf(resident));
    const card = await killedInMidWrite(receipt);
    expect(hall.service.state?.tornCards).toEqual([card.slice(-4)]);
    expect(await hall.done({ workflow: 'draft-open', id: resident.draft })).toMatchObject({ receipt });
    expect((await hall.done({ workflow: 'draft-open', id: resident.draft })).issued).toBeUndefined();
    expect(await hall.done({ workflow: 'stock' })).toMatchObject({ torn: [{ serial: card, serialEnd: card.slice(-4) }] });
    // What is used up first stands first, by its name.
    const { numbers } = await hall.done({ workflow: 'stock' });
    expect(numbers.map(({ left }) => left)).toEqual(numbers.map(({ left }) => left).toSorted((a, b) => a - b));
    expect(numbers.every(({ county }) => /[区县市]$/.test(county))).toBe(true);
    const finished = await hall.done({ workflow: 'resume' });
    expect(finished).toMatchObject({ serial: card, resumed: true });
    expect(await hall.done({ workflow: 'draft-open', id: resident.draft })).toMatchObject({ step: 'hand-over', issued: { serial: card, permitNumber: finished.permitNumber, can: finished.can } });
    expect((await hall.done({ workflow: 'applications' })).lines).toMatchObject([{ receipt, state: 'made', permitNumber: finished.permitNumber }]);
    expect(await hall.done({ workflow: 'make', receipt })).toMatchObject({ serial: card, resumed: true });
    await hall.lift();
    await hall.done({ workflow: 'hand-over', permitNumber: finished.permitNumber, serial: card, receivedBy: 'holder', oldCard: 'none' });
  });

  it('the same application finishes its own card; another blank is refused, and the card that is given up frees it', async () => {
    const resident = await hall.form(422);
    const { receipt } = await hall.done(acceptanceOf(resident));
    const card = await killedInMidWrite(receipt);
    await hall.lift();
    await hall.put();
    expect(await hall.refused({ workflow: 'make', receipt })).toBe('JOURNAL_BUSY');
    expect(await hall.refused({ workflow: 'spoil', serial: '00000000000000000000', reason: '不是它' })).toBe('KEY_SET_MISSING');
    expect(await hall.done({ workflow: 'stock' })).toMatchObject({ torn: [{ serial: card, tries: 1 }] });
    await hall.done({ workflow: 'spoil', serial: card, reason: '三次未能写成' });
    expect((await hall.done({ workflow: 'own-records' })).lines[0]).toMatchObject({ type: 'spoiled', reference: card, by: people.clerk.id });
    expect(await hall.done({ workflow: 'books' })).toMatchObject({ blanks: { spoiled: 1 } });
    const made = await hall.done({ workflow: 'make', receipt });
    expect(made).toMatchObject({ resumed: false });
    expect(made.serial).not.toBe(card);
    await hall.lift();
    await hall.done({ workflow: 'hand-over', permitNumber: made.permitNumber, serial: made.serial, receivedBy: 'holder', oldCard: 'none', draft: resident.draft });
  });
});

describe('a card that was made here', () => {
  it('waits for its holder no more once another counter has handed it over', async () => {
    const resident = await hall.form(425);
    const { receipt } = await hall.done(acceptanceOf(resident));
    await hall.put();
    const { permitNumber, serial } = await hall.done({ workflow: 'make', receipt, draft: resident.draft });
    await hall.lift();
    await hall.synced();
    // The platform says that it waits: so does the list.
    expect((await hall.done({ workflow: 'applications' })).lines).toMatchObject([{ receipt, state: 'made' }]);
    const { world } = hall;
    const folder = join(world.root, 'other-counter');
    const { code } = expected(await world.administer((platform) => createEnrolmentCode(platform, 'other', ['3303'])));
    expected(await enrolTerminal(folder, world.platformUrl, code, 'other', { keyStoreDirectory: world.keyStore }));
    const other = openTerminal(folder, { keyStoreDirectory: world.keyStore });
    try {
      expected(await syncTerminal(other));
      expected(await other.signIn(people.clerk.id, people.clerk.password));
      expected(await new CounterDesk(other).handOver({ permitNumber, serial, receivedBy: 'holder', oldCard: 'none' }));
      expected(await syncTerminal(other));
    } finally {
      await other.close();
    }
    // A card is asked for once in ten minutes; a service that was started anew asks at once.
    await hall.killAndRestart();
    await hall.done({ workflow: 'sync' });
    expect((await hall.done({ workflow: 'applications' })).lines).toEqual([]);
    expect((await hall.done({ workflow: 'counter-home' })).drafts).toEqual([]);
  }, 120_000);
});

describe('a permit that is almost a year old', () => {
  it('is endorsed in its window: the desk offers it, the card has it', async () => {
    const issued = addDays(addMonths(hall.world.today, -12), 10);
    await hall.service.stop();
    const beside = openTerminal(hall.world.folder.terminal, { keyStoreDirectory: hall.world.keyStore, env: { PCSCLITE_CSOCK_NAME: hall.world.socket } });
    try {
      expected(await syncTerminal(beside, { years: [Number(issued.slice(0, 4)), Number(hall.world.today.slice(0, 4))] }));
      expected(await beside.signIn(people.clerk.id, people.clerk.password));
      const application = inventAdult({ seed: 423, onDate: issued, kind: 'residence' });
      await hall.world.put();
      expected(await beside.issue(application, portraitOf(application, issued), { issued }));
      expected(await syncTerminal(beside));
    } finally {
      await beside.close();
    }
    hall.service = await hall.world.service('counter');
    await hall.service.stateWhere(({ terminal }) => terminal !== null);
    await hall.world.signIn(hall.service, people.clerk);
    const { permitNumber, serial } = (await hall.cardDesk()).card;
    await hall.done({ workflow: 'hand-over', permitNumber, serial, receivedBy: 'holder', oldCard: 'none' });
    await hall.synced();
    const before = await hall.cardDesk();
    expect(before.card).toMatchObject({ state: 'active', dates: { issued, due: addMonths(issued, 12) } });
    expect(before.allowed).toContain('endorse');
    const { application, photo } = hall.world.application(423);
    expect(await hall.refused({ workflow: 'accept', application, photo, purpose: 'correction', permitNumber, missingPapers: [] })).toBe('CORRECTION_TOO_LATE on');
    expect(before.refused['correct']).toBe('CORRECTION_TOO_LATE on');
    expect(await hall.done({ workflow: 'endorse', permitNumber })).toEqual({ goodUntil: addMonths(issued, 24) });
    const after = await hall.cardDesk();
    expect(after.card.dates).toMatchObject({ goodUntil: addMonths(issued, 24) });
    await hall.synced();
    expect(await hall.done({ workflow: 'queue' })).toMatchObject({ quarantined: [] });
    expect(await hall.done({ workflow: 'books' })).toMatchObject({ endorsed: 1 });
    await hall.lift();
    // Another card of it says the day on which the permit was issued, on its face as on its chip.
    const same = inventAdult({ seed: 423, onDate: issued, kind: 'residence' });
    const { draft } = await hall.form(423);
    const { receipt } = await hall.done({ workflow: 'accept', application: same, photo, purpose: 'damaged', permitNumber, missingPapers: [], draft });
    await hall.put();
    const next = await hall.done({ workflow: 'make', receipt });
    expect([next.issuedOn, (await hall.done({ workflow: 'draft-open', id: draft })).issued?.issuedOn]).toEqual([issued, issued]);
    expect((await hall.cardDesk()).card.dates).toMatchObject({ issued, goodUntil: addMonths(issued, 24) });
    await hall.lift();
    await hall.done({ workflow: 'hand-over', permitNumber, serial: next.serial, receivedBy: 'holder', oldCard: 'returned', draft });
  }, 90_000);
});

describe('a hall that makes in batches', () => {
  it('makes only what was approved before', async () => {
    expected(await hall.world.administer((platform) => setRules(platform, { making: { '3303': 'batch' } })));
    await hall.synced();
    const resident = await hall.form(424);
    const { receipt } = await hall.done(acceptanceOf(resident));
    expect(await hall.done({ workflow: 'applications' })).toMatchObject({ making: 'batch', lines: [{ receipt, state: 'accepted' }] });
    await hall.put();
    expect(await hall.refused({ workflow: 'make', receipt })).toBe('STATE_NOT_ALLOWED accepted issue:first');
    await hall.done({ workflow: 'review', receipt, decision: 'approved' });
    expect((await hall.done({ workflow: 'make', receipt })).resumed).toBe(false);
    await hall.lift();
  });
});
