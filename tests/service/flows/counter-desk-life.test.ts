import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowInput } from '../../../src/contract/index.js';
import { people } from '../app-world.js';
import { CounterHall, sorted } from './counter-hall.js';

type Acceptance = Extract<WorkflowInput, { workflow: 'accept' }>;

let hall: CounterHall;
beforeAll(async () => {
  hall = await CounterHall.open();
}, 90_000);
afterAll(() => hall.close());

const pin = '482915';
const secondPin = '730264';
let resident: Awaited<ReturnType<CounterHall['form']>>;
let receipt = '';
let card = '';
let number = '';
let serial = '';
let can = '';

describe('an application', () => {
  it('is accepted once: the draft keeps receipt and day, and sent again it is the same one', async () => {
    resident = await hall.form(401);
    const accept: Acceptance = { workflow: 'accept', application: resident.application, purpose: 'first', missingPapers: ['proof-of-employment'], photo: resident.photo, draft: resident.draft };
    const accepted = await hall.done(accept);
    ({ receipt } = accepted);
    expect(accepted).toMatchObject({ missingPapers: ['proof-of-employment'], feeFen: 0 });
    expect(await hall.done({ workflow: 'draft-open', id: resident.draft })).toMatchObject({ receipt, dueOn: accepted.dueOn, step: 'write' });
    expect(await hall.done(accept)).toMatchObject({ receipt });
    const { lines } = await hall.done({ workflow: 'applications' });
    expect(lines).toEqual([{ receipt, purpose: 'first', state: 'accepted', maskedName: expect.not.stringContaining(resident.application.name.slice(1)) as unknown, acceptedOn: hall.world.today, dueOn: accepted.dueOn, daysLeft: 15, missingPapers: ['proof-of-employment'], photo: true, feeFen: 0 }]);
    expect(await hall.done({ workflow: 'application', receipt })).toMatchObject({ application: { name: resident.application.name }, photo: resident.photo });
    expect(await hall.refused({ workflow: 'application', receipt: 'S20260101-00000000' })).toBe('APPLICATION_UNKNOWN');
  });

  it('is told what is missing once: no other paper is asked for afterwards, and nothing is made meanwhile', async () => {
    expect(await hall.refused({ workflow: 'supplement', receipt, missingPapers: ['proof-of-residence'] })).toMatch(/^STATE_NOT_ALLOWED accepted supplement/);
    expect(await hall.refused({ workflow: 'make', receipt })).toBe('PAPERS_MISSING 1');
    expect(await hall.refused({ workflow: 'review', receipt, decision: 'approved' })).toBe('PAPERS_MISSING 1');
    expect(await hall.done({ workflow: 'supplement', receipt, missingPapers: [] })).toEqual({ missingPapers: [] });
    expect(await hall.refused({ workflow: 'review', receipt, decision: 'refused' })).toMatch(/^REASON_REQUIRED/);
  });

  it('without a photo is not made; refused, it is gone with its form', async () => {
    const other = await hall.form(402);
    const { receipt: refusedOne } = await hall.done({ workflow: 'accept', application: other.application, purpose: 'first', missingPapers: [], draft: other.draft });
    expect(await hall.refused({ workflow: 'make', receipt: refusedOne })).toBe('PHOTO_MISSING');
    // Approved it could get no photo any more.
    expect(await hall.refused({ workflow: 'review', receipt: refusedOne, decision: 'approved' })).toBe('PHOTO_MISSING');
    await hall.done({ workflow: 'supplement', receipt: refusedOne, missingPapers: [], photo: resident.photo });
    expect(await hall.done({ workflow: 'draft-open', id: other.draft })).toMatchObject({ photo: resident.photo });
    await hall.done({ workflow: 'review', receipt: refusedOne, decision: 'refused', reason: '材料不实' });
    expect(await hall.refused({ workflow: 'make', receipt: refusedOne })).toBe('APPLICATION_UNKNOWN');
    expect(await hall.refused({ workflow: 'draft-open', id: other.draft })).toBe('DRAFT_GONE');
  });

  it('of somebody who needs no card is a registration with its voucher', async () => {
    expect((await hall.done({ workflow: 'register', application: hall.world.application(403).application })).voucher).toMatch(/^D\d{8}-/);
  });
});

describe('a card', () => {
  it('is made onto the blank that lies there, in the run that reviews it; the form keeps it, and sent again nothing is made', async () => {
    expect(await hall.refused({ workflow: 'make', receipt })).toBe('CARD_ABSENT');
    card = await hall.put();
    expect(await hall.refused({ workflow: 'card-desk' })).toBe('CARD_BLANK');
    const run = randomUUID();
    hall.service.start({ workflow: 'make', receipt, draft: resident.draft }, run);
    const end = await hall.service.endOf(run);
    expect(end).toMatchObject({ event: 'done', value: { resumed: false } });
    const steps = hall.service.events.flatMap((event) => (event.event === 'step' && event.run === run ? [event.step] : []));
    expect(steps).toEqual(expect.arrayContaining(['authenticate', 'write', 'read-back', 'register']));
    expect(hall.service.events.flatMap((event) => (event.event === 'state' ? event.state.tornCards : []))).toEqual([]);
    const { issued } = await hall.done({ workflow: 'draft-open', id: resident.draft });
    ({ permitNumber: number, serial, can } = issued ?? { permitNumber: '', serial: '', can: '' });
    expect(end).toMatchObject({ value: { permitNumber: number, serial, can } });
    expect(await hall.done({ workflow: 'make', receipt })).toEqual({ permitNumber: number, serial, can, issuedOn: hall.world.today, seq: 0, resumed: true });
    expect((await hall.done({ workflow: 'applications' })).lines).toMatchObject([{ receipt, state: 'made', permitNumber: number }]);
    expect(await hall.done({ workflow: 'books' })).toMatchObject({ blanks: { issued: 1 }, handedOver: 0 });
  });

  it('that waits for its holder can be handed over and nothing else of a permit in use', async () => {
    const { card: shown, allowed, refused } = await hall.cardDesk();
    expect(shown).toMatchObject({ permitNumber: number, serial, state: 'made', pin: 'unset', kind: 'residence', holder: { name: resident.application.name, idNumber: resident.application.idNumber }, residence: { division: resident.application.residence.division } });
    expect(allowed).toEqual(expect.arrayContaining(['hand-over', 'set-pin']));
    expect(allowed).not.toEqual(expect.arrayContaining(['endorse']));
    expect(refused['reset-pin']).toBe('PIN_NOT_SET');
    expect(await hall.refused({ workflow: 'endorse', permitNumber: number })).toBe('STATE_NOT_ALLOWED made endorsement:endorsed');
  });

  it('matches its printed body, or is not handed over', async () => {
    await hall.done({ workflow: 'match-body', permitNumber: number, can });
    expect(await hall.refused({ workflow: 'match-body', permitNumber: number, can: can === '000000' ? '000001' : '000000' })).toBe('BODY_DIFFERS can');
  });

  it('gets its PIN from the holder alone: weak and differing ones are told at the keypad, and asked again', async () => {
    expect(await hall.refused({ workflow: 'set-pin' })).toBe('KEYPAD_MISSING');
    expect(await hall.typed({ workflow: 'set-pin', draft: resident.draft }, [null])).toBe('CANCELLED');
    expect((await hall.done({ workflow: 'draft-open', id: resident.draft })).pinSet).toBeUndefined();
    hall.asked.length = 1;
    expect(await hall.typed({ workflow: 'set-pin', draft: resident.draft }, ['123456', pin, secondPin, pin, pin])).toBe('done');
    expect(hall.asked.slice(1).map(({ what, refused }) => [what, refused])).toEqual([['set', undefined], ['set', 'PIN_WEAK'], ['repeat', undefined], ['set', 'differs'], ['repeat', undefined]]);
    expect((await hall.done({ workflow: 'draft-open', id: resident.draft })).pinSet).toBe(true);
    expect(await hall.typed({ workflow: 'set-pin' }, [secondPin, secondPin])).toBe('PIN_ALREADY_SET');
  });

  it('is handed over: form and application are gone', async () => {
    await hall.done({ workflow: 'hand-over', permitNumber: number, serial, receivedBy: 'holder', oldCard: 'none', draft: resident.draft });
    expect(await hall.refused({ workflow: 'draft-open', id: resident.draft })).toBe('DRAFT_GONE');
    expect((await hall.done({ workflow: 'applications' })).lines).toEqual([]);
    await hall.synced();
    expect(await hall.refused({ workflow: 'hand-over', permitNumber: number, serial, receivedBy: 'holder', oldCard: 'none' })).toBe('STATE_NOT_ALLOWED active hand-over');
  });
});

describe('a permit in use', () => {
  it('shows what its state permits, with the very refusals of the steps', async () => {
    const { card: shown, refused } = await hall.cardDesk();
    expect(shown).toMatchObject({ state: 'active', serial, pin: 'set', verdict: { result: 'valid' }, facts: { permitNumber: number }, dates: { issued: hall.world.today } });
    expect(refused).toMatchObject({ endorse: 'ENDORSEMENT_TOO_EARLY before-window', 'replace-lost': 'STATE_NOT_ALLOWED active acceptance:lost', exchange: 'NOT_ELIGIBLE no-fixed-end', 'set-pin': 'PIN_ALREADY_SET', resume: 'STATE_NOT_ALLOWED nothing-begun' });
    expect(await hall.refused({ workflow: 'endorse', permitNumber: number })).toBe(refused['endorse']);
    expect(await hall.refused({ workflow: 'refuse-endorsement', permitNumber: number, reason: '不再居住' })).toBe(refused['refuse-endorsement']);
    expect(await hall.refused({ workflow: 'set-pin', reader: 'no such reader' })).toBe('READER_NOT_FOUND');
    const accept = (purpose: Acceptance['purpose']): Acceptance => ({ workflow: 'accept', application: resident.application, permitNumber: number, missingPapers: [], purpose });
    expect(await hall.refused(accept('lost'))).toBe(refused['replace-lost']);
    expect(await hall.refused(accept('exchange'))).toBe(refused['exchange']);
    expect(await hall.refused({ workflow: 'change-status', permitNumber: number, change: 'restore' })).toBe(refused['restore']);
    expect(await hall.refused({ workflow: 'change-status', permitNumber: number, change: 'cancel' })).toBe('INPUT_INVALID reason');
    expect(await hall.done({ workflow: 'resume-update' })).toEqual({ how: 'nothing' });
  });

  it('moves: only onto the card that is meant', async () => {
    const { division } = resident.application.residence;
    const moved = { workflow: 'move', residence: { division, address: '新居路8号', employer: '新单位' }, changedOn: hall.world.today } as const;
    expect(await hall.refused({ ...moved, permitNumber: `${number.slice(0, 17)}${number.endsWith('0') ? '1' : '0'}` })).toBe('CARD_OTHER_PERMIT');
    expect(await hall.done({ ...moved, permitNumber: number })).toEqual({ late: false });
    expect((await hall.cardDesk()).card.residence).toMatchObject({ address: '新居路8号', employer: '新单位', since: hall.world.today });
  });

  it('has its PIN changed: a wrong one is told at the keypad with the tries that are left', async () => {
    const known = hall.asked.length;
    // The PIN that was set a second time has cost one of the three.
    expect(await hall.typed({ workflow: 'change-pin' }, ['904817', secondPin, secondPin, pin])).toBe('done');
    expect(hall.asked.slice(known).map(({ what, refused, triesLeft }) => [what, refused, triesLeft])).toEqual([['current', undefined, undefined], ['new', undefined, undefined], ['repeat', undefined, undefined], ['current', 'PIN_WRONG', 1]]);
  });

  it('has a forgotten PIN taken away, and nobody else’s is touched by it', async () => {
    const another = `${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}`;
    expect(await hall.refused({ workflow: 'reset-pin', permitNumber: another })).toBe('CARD_OTHER_PERMIT');
    expect((await hall.cardDesk()).card.pin).toBe('set');
    await hall.done({ workflow: 'reset-pin', permitNumber: number });
    expect((await hall.cardDesk()).card.pin).toBe('unset');
    await hall.closeKeypad();
  });

  it('is suspended and restored by two people, never by one', async () => {
    const suspend = { workflow: 'change-status', permitNumber: number, change: 'suspend' } as const;
    expect(await hall.approved(suspend, people.clerk)).toBe('APPROVAL_REQUIRED the same person');
    expect(await hall.approved(suspend, people.officer)).toBe('APPROVAL_REQUIRED role');
    expect(await hall.approved(suspend, people.chief, 'wrong')).toBe('OPERATOR_PASSWORD_WRONG');
    expect((await hall.done({ workflow: 'queue' })).lines.filter(({ type }) => type === 'revocation')).toEqual([]);
    expect(await hall.approved(suspend)).toBe('done');
    await hall.synced();
    const { card: shown, allowed, refused } = await hall.cardDesk();
    expect(shown).toMatchObject({ state: 'suspended', verdict: { result: 'suspended' } });
    expect(allowed).toContain('restore');
    expect(await hall.refused({ workflow: 'endorse', permitNumber: number })).toBe(refused['endorse']);
    expect(await hall.refused({ workflow: 'move', permitNumber: number, residence: { division: resident.application.residence.division, address: '别处' }, changedOn: hall.world.today })).toBe(refused['move']);
    expect(await hall.approved({ workflow: 'change-status', permitNumber: number, change: 'restore' })).toBe('done');
    await hall.synced();
    expect((await hall.cardDesk()).card.state).toBe('active');
  });
});

describe('a lost card', () => {
  it('is reported lost by number, and only then another one is accepted, at its price', async () => {
    await hall.lift();
    expect(sorted((await hall.done({ workflow: 'permit-desk', permitNumber: number })).actions).refused).toMatchObject({ endorse: 'CARD_ABSENT', move: 'CARD_ABSENT' });
    expect(await hall.approved({ workflow: 'change-status', permitNumber: number, change: 'report-lost' })).toBe('done');
    await hall.synced();
    const desk = await hall.done({ workflow: 'permit-desk', permitNumber: number });
    expect(desk).toMatchObject({ source: 'platform', state: 'lost' });
    expect(desk.actions.find(({ action }) => action === 'replace-lost')).toMatchObject({ allowed: true, feeFen: 2_000, rule: 'replace-lost', approval: false });
    expect(await hall.done({ workflow: 'take-fee', permitNumber: number, purpose: 'lost' })).toMatchObject({ fen: 2_000 });
    expect(await hall.refused({ workflow: 'take-fee', permitNumber: number, purpose: 'first' })).toBe('INPUT_INVALID fee');
  });

  it('is replaced under its number and handed over', async () => {
    const accepted = await hall.done({ workflow: 'accept', application: resident.application, purpose: 'lost', permitNumber: number, missingPapers: [], photo: resident.photo });
    expect(accepted.feeFen).toBe(2_000);
    // What is printed again says the same price.
    expect((await hall.done({ workflow: 'applications' })).lines).toMatchObject([{ receipt: accepted.receipt, purpose: 'lost', feeFen: 2_000 }]);
    await hall.put();
    const made = await hall.done({ workflow: 'make', receipt: accepted.receipt });
    expect(made.permitNumber).toBe(number);
    expect(made.serial).not.toBe(serial);
    await hall.done({ workflow: 'hand-over', permitNumber: number, serial: made.serial, receivedBy: 'holder', oldCard: 'lost' });
    await hall.synced();
    expect((await hall.cardDesk()).card).toMatchObject({ state: 'active', serial: made.serial });
    await hall.lift();
  });

  it('that is found is taken in, and its chip ended; a second time is as good', async () => {
    await hall.put(card);
    expect(await hall.refused({ workflow: 'return-card', reason: 'found', serial, end: true })).toBe('INPUT_INVALID permitNumber');
    expect(await hall.done({ workflow: 'return-card', reason: 'found', permitNumber: number, serial, end: true })).toEqual({ ended: true });
    expect(await hall.refused({ workflow: 'card-desk' })).toBe('CARD_TERMINATED');
    expect(await hall.done({ workflow: 'return-card', reason: 'found', permitNumber: number, serial, end: true })).toEqual({ ended: true });
    await hall.lift();
  });
});

describe("today's mistake", () => {
  it('is put right by two people on a new blank, and the wrong card is taken back', async () => {
    const wrong = await hall.form(404);
    const first = await hall.done({ workflow: 'accept', application: wrong.application, purpose: 'first', missingPapers: [], photo: wrong.photo });
    await hall.put();
    const made = await hall.done({ workflow: 'make', receipt: first.receipt });
    await hall.done({ workflow: 'hand-over', permitNumber: made.permitNumber, serial: made.serial, receivedBy: 'holder', oldCard: 'none' });
    await hall.synced();
    expect((await hall.cardDesk()).card.actions.find(({ action }) => action === 'correct')).toMatchObject({ allowed: true, approval: true, feeFen: 0 });
    await hall.lift();
    const right = { ...wrong.application, registeredAddress: '更正后的户籍地址1号' };
    const { receipt: again } = await hall.done({ workflow: 'accept', application: right, purpose: 'correction', permitNumber: made.permitNumber, missingPapers: [], photo: wrong.photo });
    await hall.put();
    expect(await hall.approved({ workflow: 'make', receipt: again }, people.clerk)).toBe('APPROVAL_REQUIRED the same person');
    expect((await hall.done({ workflow: 'applications' })).lines).toMatchObject([{ receipt: again, state: 'accepted' }]);
    expect(await hall.approved({ workflow: 'make', receipt: again })).toBe('done');
    await hall.synced();
    expect((await hall.cardDesk()).card).toMatchObject({ permitNumber: made.permitNumber, state: 'made', holder: { registeredAddress: right.registeredAddress } });
    await hall.lift();
  });
});

describe('the books', () => {
  it('count the day, and a difference is closed by two people', async () => {
    const books = await hall.done({ workflow: 'books' });
    expect(books).toMatchObject({ fees: { count: 1, fen: 2_000 }, blanks: { issued: 4, spoiled: 0 }, handedOver: 3, moved: 1, endorsed: 0, returned: 3 });
    expect(await hall.done({ workflow: 'stock' })).toMatchObject({ blanks: books.blanks.expected, torn: [] });
    const counted = { workflow: 'close-day', fen: books.fees.fen, blanks: books.blanks.expected } as const;
    expect(await hall.approved({ ...counted, fen: 1_999 }, people.clerk)).toBe('APPROVAL_REQUIRED the same person');
    expect(await hall.approved({ ...counted, fen: 1_999 })).toBe('done');
    expect(await hall.done(counted)).toEqual({ day: hall.world.today, differs: false });
    expect(await hall.done({ workflow: 'books' })).toEqual({ ...books, closedOn: hall.world.today });
  });

  it('of the queue say what waits and why', async () => {
    await hall.synced();
    expect(await hall.done({ workflow: 'queue' })).toMatchObject({ pending: 0, lines: [], quarantined: [], lastFailure: null });
    await hall.world.stopPlatform();
    await hall.done({ workflow: 'register', application: hall.world.application(405).application });
    await hall.service.endOf(hall.service.start({ workflow: 'sync' }));
    const queue = await hall.done({ workflow: 'queue' });
    expect(queue).toMatchObject({ pending: 1, more: false, lastFailure: 'PLATFORM_UNREACHABLE', lines: [{ type: 'registration', by: people.clerk.id }] });
    expect(queue.oldestAt).toBeGreaterThan(0);
  });

  it('off-line the card desk goes by the card, and no other card is accepted', async () => {
    await hall.put(hall.world.cards().find(({ lifeCycle, name }) => lifeCycle === 'activated' && name !== card)?.name);
    const { card: shown, refused } = await hall.cardDesk();
    expect(shown.facts).toBeUndefined();
    expect(refused['replace-damaged']).toBe('PERMIT_FACTS_MISSING');
    expect(await hall.refused({ workflow: 'accept', application: resident.application, purpose: 'damaged', permitNumber: number, missingPapers: [] })).toBe('PERMIT_FACTS_MISSING');
    await hall.lift();
  });
});

it('no digit that the holder typed stands in a log or in an event of the contract', () => {
  const told = hall.service.messages.filter(({ kind }) => kind === 'event').map((message) => JSON.stringify(message)).join('\n');
  for (const digits of [pin, secondPin, '123456', '904817']) expect([hall.logs().includes(digits), told.includes(digits)]).toEqual([false, false]);
  expect(told).toContain(number);
});
