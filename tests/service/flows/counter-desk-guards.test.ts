import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowInput } from '../../../src/contract/index.js';
import { revoke } from '../../../src/platform/index.js';
import { people } from '../app-world.js';
import { CounterHall } from './counter-hall.js';

type Acceptance = Extract<WorkflowInput, { workflow: 'accept' }>;

let hall: CounterHall;
let resident: Awaited<ReturnType<CounterHall['form']>>;
let number = '';
let serial = '';
beforeAll(async () => {
  hall = await CounterHall.open();
  resident = await hall.form(441);
}, 90_000);
afterAll(() => hall.close());

const first = (draft: string): Acceptance => ({ workflow: 'accept', application: resident.application, purpose: 'first', missingPapers: [], photo: resident.photo, draft });
const another = (purpose: Acceptance['purpose'], more: Partial<Acceptance> = {}): Acceptance => ({ workflow: 'accept', application: resident.application, purpose, permitNumber: number, missingPapers: [], photo: resident.photo, ...more });

describe('what is asked for twice at once', () => {
  it('is one card: who waits for the reader is told which one it became', async () => {
    const { receipt } = await hall.done(first(resident.draft));
    await hall.put();
    const runs = [hall.service.start({ workflow: 'make', receipt }), hall.service.start({ workflow: 'make', receipt })];
    const ends = await Promise.all(runs.map((run) => hall.service.endOf(run)));
    expect(ends.map(({ event }) => event)).toEqual(['done', 'done']);
    const [one] = ends.flatMap((end) => (end.event === 'done' ? [end.value as { permitNumber: string; serial: string }] : []));
    ({ permitNumber: number, serial } = one ?? { permitNumber: '', serial: '' });
    expect(number).not.toBe('');
    expect(await hall.done({ workflow: 'make', receipt })).toMatchObject({ permitNumber: number, serial });
    expect(await hall.done({ workflow: 'books' })).toMatchObject({ blanks: { issued: 1 } });
    await hall.done({ workflow: 'hand-over', permitNumber: number, serial, receivedBy: 'holder', oldCard: 'none', draft: resident.draft });
    await hall.synced();
    expect(await hall.done({ workflow: 'queue' })).toMatchObject({ quarantined: [] });
  });
});

describe('a card in use', () => {
  it('that its permit lives by is not taken back as an old one, and its chip is not ended', async () => {
    const { refused, card } = await hall.cardDesk();
    expect(card).toMatchObject({ state: 'active', serial });
    expect(refused['return']).toBe('STATE_NOT_ALLOWED active card-return:replaced');
    expect(await hall.refused({ workflow: 'return-card', permitNumber: number, serial, reason: 'replaced', end: true })).toBe(refused['return']);
    expect(await hall.refused({ workflow: 'return-card', permitNumber: number, reason: 'replaced', end: true })).toBe('STATE_NOT_ALLOWED newest-card');
    expect(await hall.refused({ workflow: 'return-card', permitNumber: number, reason: 'cancelled', end: true })).toBe('STATE_NOT_ALLOWED active card-return:cancelled');
    expect(await hall.refused({ workflow: 'return-card', permitNumber: `${number.slice(0, 17)}${number.endsWith('0') ? '1' : '0'}`, reason: 'replaced', end: false })).toBe('INPUT_INVALID permitNumber');
    expect((await hall.cardDesk()).card).toMatchObject({ state: 'active', verdict: { result: 'valid' } });
    expect(await hall.done({ workflow: 'books' })).toMatchObject({ returned: 0 });
  });

  it('has another card only for its own holder', async () => {
    const { application } = hall.world.application(442);
    expect(await hall.refused(another('damaged', { application }))).toBe('PERMIT_OTHER_PERSON');
    expect(await hall.done({ workflow: 'applications' })).toMatchObject({ lines: [] });
  });
});

describe('another card', () => {
  it('is accepted once, also where two runs ask the platform at the same time', async () => {
    const runs = [1, 2].map(() => hall.service.start(another('damaged', { draft: resident.draft })));
    const ends = await Promise.all(runs.map((run) => hall.service.endOf(run)));
    expect(ends.map(({ event }) => event)).toEqual(['done', 'done']);
    expect((await hall.done({ workflow: 'applications' })).lines).toHaveLength(1);
    await hall.lift();
    await hall.synced();
  });

  it('is not made of a permit that another counter has cancelled meanwhile', async () => {
    const [line] = (await hall.done({ workflow: 'applications' })).lines;
    const receipt = line?.receipt ?? '';
    const cancelled = await hall.world.administer((platform) => revoke(platform, number, 1, 'left', 'S-201', 'S-202'));
    expect(cancelled.ok).toBe(true);
    const blank = await hall.put();
    expect(await hall.refused({ workflow: 'make', receipt })).toBe('STATE_NOT_ALLOWED ended issue:damaged');
    expect(await hall.refused({ workflow: 'card-desk' })).toBe('CARD_BLANK');
    expect(blank).not.toBe('');
    await hall.lift();
    await hall.done({ workflow: 'review', receipt, decision: 'refused', reason: '居住证已注销' });
    expect(await hall.done({ workflow: 'applications' })).toMatchObject({ lines: [] });
  });
});

describe('a question for a second person', () => {
  it('ends with the session of who asked: nobody else approves, or is asked, in that name', async () => {
    const other = await hall.form(443);
    const { receipt } = await hall.done({ workflow: 'accept', application: other.application, purpose: 'first', missingPapers: [], photo: other.photo });
    await hall.put();
    const made = await hall.done({ workflow: 'make', receipt });
    await hall.lift();
    await hall.done({ workflow: 'hand-over', permitNumber: made.permitNumber, serial: made.serial, receivedBy: 'holder', oldCard: 'none' });
    const run = hall.service.start({ workflow: 'change-status', permitNumber: made.permitNumber, change: 'report-lost' });
    await hall.service.until(() => hall.service.events.find((event) => event.event === 'question' && event.run === run), 'the question');
    // Somebody else signs in over it: the clerk who asked is away.
    await hall.world.signIn(hall.service, people.chief);
    hall.service.send({ kind: 'call', call: { verb: 'answer', run, question: 'approval', answer: { operator: people.clerk.id, password: people.clerk.password } } });
    expect(await hall.service.endOf(run)).toMatchObject({ event: 'failed', code: 'SIGN_IN_REQUIRED' });
    const again = hall.service.start({ workflow: 'change-status', permitNumber: made.permitNumber, change: 'report-lost' });
    await hall.service.until(() => hall.service.events.find((event) => event.event === 'question' && event.run === again), 'the question');
    await hall.done({ workflow: 'sign-out' });
    expect(await hall.service.endOf(again)).toMatchObject({ event: 'failed', code: 'SIGN_IN_REQUIRED' });
    await hall.world.signIn(hall.service, people.clerk);
    expect((await hall.done({ workflow: 'own-records' })).lines.filter(({ type }) => type === 'revocation')).toEqual([]);
  });

  it('at the keypad ends with it, too: the next clerk has nobody typing for a card of before', async () => {
    const { draft } = await hall.form(444);
    await hall.put(hall.world.cards().find(({ lifeCycle }) => lifeCycle === 'activated')?.name);
    hall.service.send({ kind: 'keypad', open: true });
    await hall.service.stateWhere(({ keypad }) => keypad);
    const run = hall.service.start({ workflow: 'set-pin', draft });
    const ask = await hall.service.until(() => hall.service.messages.find((message) => message.kind === 'keypad' && message.ask !== null), 'the keypad’s question');
    await hall.done({ workflow: 'sign-out' });
    expect(await hall.service.endOf(run)).toMatchObject({ event: 'failed', code: 'CANCELLED' });
    expect(hall.service.messages.findLast(({ kind }) => kind === 'keypad')).toEqual({ kind: 'keypad', ask: null });
    expect(ask).toMatchObject({ ask: { what: 'set' } });
    await hall.world.signIn(hall.service, people.clerk);
    await hall.lift();
  });
});
