import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceEvent, TerminalMode, WorkflowInput } from '../../../src/contract/index.js';
import { dateInChina } from '../../../src/permit/index.js';
import { AppService, openTerminal, type ServiceLog, type Terminal } from '../../../src/service/index.js';
import { CounterDesk } from '../../../src/service/counter-desk.js';
import { formDrafts } from '../../../src/service/form-drafts.js';
import { openApplications } from '../../../src/service/open-applications.js';
import { applicant } from '../../workflows/fixtures.js';
import { enrolled, entry, passwordOf, pullOperators, reopen } from '../fixture.js';

const silent: ServiceLog = { info: () => undefined, warn: () => undefined, error: () => undefined, close: () => undefined };
const number = '330302202610000014';
const serial = '0'.repeat(20);
const receipt = 'S20260601-00000000';
const today = dateInChina(Math.floor(Date.now() / 1000));
const person = { ...applicant(), residence: { ...applicant().residence, since: today }, registeredOn: today };

const work: readonly WorkflowInput[] = [
  { workflow: 'register', application: person },
  { workflow: 'accept', application: person, purpose: 'first', missingPapers: [] },
  { workflow: 'applications' },
  { workflow: 'application', receipt },
  { workflow: 'supplement', receipt, missingPapers: [] },
  { workflow: 'review', receipt, decision: 'approved' },
  { workflow: 'make', receipt },
  { workflow: 'resume' },
  { workflow: 'spoil', serial, reason: 'x' },
  { workflow: 'match-body', permitNumber: number, can: '000000' },
  { workflow: 'set-pin' },
  { workflow: 'change-pin' },
  { workflow: 'reset-pin' },
  { workflow: 'hand-over', permitNumber: number, serial, receivedBy: 'holder', oldCard: 'none' },
  { workflow: 'card-desk' },
  { workflow: 'permit-desk', permitNumber: number },
  { workflow: 'endorse', permitNumber: number },
  { workflow: 'refuse-endorsement', permitNumber: number, reason: 'x' },
  { workflow: 'move', permitNumber: number, residence: { division: person.residence.division, address: 'x' }, changedOn: today },
  { workflow: 'change-status', permitNumber: number, change: 'suspend' },
  { workflow: 'return-card', permitNumber: number, reason: 'seized', end: false },
  { workflow: 'resume-update' },
  { workflow: 'take-fee', permitNumber: number, purpose: 'lost' },
  { workflow: 'queue' },
  { workflow: 'stock' },
  { workflow: 'books' },
  { workflow: 'close-day', fen: 0, blanks: 0 },
];

let service: AppService | undefined;
afterEach(() => service?.stop());

const serviceOf = async (mode: TerminalMode): Promise<(input: WorkflowInput) => Promise<string>> => {
  const made = enrolled();
  const terminal = openTerminal(made.data);
  await pullOperators(terminal, [await entry('w1', 'operator'), await entry('o1', 'officer')], Math.floor(Date.now() / 1000));
  await terminal.close();
  const started = await AppService.start({ folder: made.data, mode, log: silent, pcsc: join(made.data, 'no-pcscd') });
  service = started;
  const events: ServiceEvent[] = [];
  const ui = started.attach((event) => events.push(event));
  return async (input) => {
    const run = randomUUID();
    ui.call({ verb: 'start', run, input });
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(5)) {
      const end = events.find((event) => (event.event === 'done' || event.event === 'failed') && event.run === run);
      if (end?.event === 'failed') return `${end.code} ${end.detail ?? ''}`.trim();
      if (end !== undefined) return 'done';
    }
    throw new Error(`${input.workflow} does not end`);
  };
};

describe('what a clerk does', () => {
  it.each(['police', 'kiosk'] as const)('is refused in mode %s, whoever is signed in', async (mode) => {
    const run = await serviceOf(mode);
    expect(await run({ workflow: 'sign-in', operator: 'w1', password: passwordOf('w1') })).toBe('done');
    for (const input of work) expect([input.workflow, await run(input)]).toEqual([input.workflow, `ROLE_REQUIRED ${mode}`]);
  });

  it('is refused to nobody and to an officer at a counter; an officer may only look at a permit and take a card in', async () => {
    const run = await serviceOf('counter');
    for (const input of work) expect([input.workflow, await run(input)]).toEqual([input.workflow, 'SIGN_IN_REQUIRED']);
    expect(await run({ workflow: 'sign-in', operator: 'o1', password: passwordOf('o1') })).toBe('done');
    const open: string[] = [];
    for (const input of work) if (!(await run(input)).startsWith('ROLE_REQUIRED')) open.push(input.workflow);
    expect(open).toEqual(['card-desk', 'permit-desk', 'return-card']);
  });
});

describe('a card that was registered when the process died', () => {
  /** An accepted application with its form, and a card that was read back for it. */
  const readBack = async (terminal: Terminal): Promise<{ receipt: string; draft: string }> => {
    const draft = randomUUID();
    const drafts = formDrafts(terminal.outbox, () => terminal.clock.now());
    drafts.save({ id: draft, purpose: 'first', form: { name: person.name }, step: 'write' });
    const accepted = await new CounterDesk(terminal).accept({ application: person, purpose: 'first', missingPapers: [], draft }, 'W-017');
    if (!accepted.ok) throw new Error(accepted.code);
    const open = openApplications(terminal.outbox, terminal.clock);
    const application = open.get(accepted.value.receipt);
    if (application === undefined) throw new Error('no application');
    open.put({ ...application, readBack: { serial, permitNumber: number, can: '480612' } });
    return { receipt: accepted.value.receipt, draft };
  };

  it('is made: its application waits for the holder, and so does the form', async () => {
    const at = enrolled();
    const before = reopen(at, { clock: () => Math.floor(Date.now() / 1000) });
    const { receipt: made, draft } = await readBack(before);
    await before.close();
    const terminal = reopen(at, { clock: () => Math.floor(Date.now() / 1000) });
    const card = { serial, permitNumber: number, can: '480612' };
    expect(new CounterDesk(terminal).applications()).toMatchObject([{ receipt: made, permitNumber: number, made: card, file: { state: 'made', madeOn: today } }]);
    expect(formDrafts(terminal.outbox, () => 0).get(draft)).toMatchObject({ step: 'hand-over', issued: card });
  });

  it('is not made while the journal calls it unfinished, nor when it was given up', async () => {
    const at = enrolled();
    const terminal = reopen(at, { clock: () => Math.floor(Date.now() / 1000) });
    await readBack(terminal);
    terminal.outbox.journal.put({ serial, state: 'reserved', permitNumber: number, statusIndex: 1, sodHash: '', payload: new Uint8Array(), startedAt: 1 });
    terminal.made.settle();
    expect(terminal.made.find(number)).toBeUndefined();
    expect((await terminal.spoil(serial, '写坏了')).ok).toBe(true);
    expect(new CounterDesk(terminal).applications()).toMatchObject([{ file: { state: 'accepted' } }]);
    expect(terminal.made.find(number)).toBeUndefined();
  });
});
