import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inventPeople, portraitOf } from '../../../src/cli/invented/index.js';
import type { CapturedRecord } from '../../../src/contract/index.js';
import { encodeCbor } from '../../../src/cose/index.js';
import { saveDiagnosis } from '../../../src/service/flows/save-diagnosis.js';
import { openLog } from '../../../src/service/index.js';
import { personalDataIn } from '../../personal-data.js';
import { start } from '../../outbox/fixture.js';
import { today } from '../../workflows/fixtures.js';
import { needlesOf, search } from '../byte-search.js';
import { entry, passwordOf, pullOperators } from '../fixture.js';
import { PoliceDesk, TestRun, operation } from '../flows/police-desk.js';

const people = inventPeople({ seed: 20_261_124, count: 24, onDate: today, kind: 'residence' })
  .filter(({ name }) => name.length >= 3)
  .slice(0, 3)
  .map((application, n) => ({ application: { ...application, phone: `1380000${String(n).padStart(4, '0')}` }, photo: portraitOf(application, today), permitNumber: `33030220261000${String(100 + n)}9`, serial: `0102030405060708${String(n).padStart(4, '0')}` }));

let desk: PoliceDesk;
afterEach(() => desk.close());

/** A terminal in the middle of a day: a card half written, records in the queue, drafts, a shift's history, a log with a stranger's line in it. */
const busy = async (): Promise<Record<string, string | Uint8Array>> => {
  desk = await PoliceDesk.open({ readers: false });
  const { terminal } = desk;
  const staff = [await entry('officer-07', 'officer')];
  await pullOperators(terminal, staff, desk.now);
  expect(await terminal.signIn('officer-07', passwordOf('officer-07'))).toMatchObject({ ok: true });
  for (const [n, { application, photo, permitNumber, serial }] of people.entries()) {
    const bytes = encodeCbor([application.name, application.idNumber, photo]);
    if (n === 0) terminal.outbox.journal.put({ serial, state: 'prepared', permitNumber, statusIndex: 1, sodHash: 'ab'.repeat(32), payload: bytes, startedAt: start });
    const record: CapturedRecord = { type: 'issue', serial, permitNumber, statusIndex: 1, sod: bytes, permit: bytes, holder: bytes, residence: bytes, photo: bytes, application, issuedAt: start };
    terminal.outbox.enqueue(record);
    terminal.outbox.drafts.put(`draft-${n}`, { application }, start);
    terminal.history.add(desk.now, { result: 'valid', lines: [], permitNumber }, operation);
  }
  const log = openLog(join(desk.data, 'logs'));
  log.info('signed in');
  log.close();
  const [first] = people;
  writeFileSync(join(desk.data, 'logs', 'service.log'), `${JSON.stringify({ level: 'info', time: '2026-11-24T04:00:00.000Z', msg: first?.application.name, name: first?.application.name, run: first?.permitNumber })}\n${first?.application.idNumber ?? ''}\n`, { flag: 'a' });
  const { seed, boxSecret, deviceKey } = terminal.identity;
  return {
    seed, boxSecret, deviceKey, password: passwordOf('officer-07'), operator: 'officer-07', 'name of the operator': staff[0]?.name ?? '', place: operation.place,
    ...Object.fromEntries(people.flatMap(({ permitNumber, serial }, n) => [[`permit ${n}`, permitNumber], [`serial ${n}`, serial]])),
  };
};

const contextOf = () => {
  const { terminal, data } = desk;
  return { folder: data, pcsc: join(data, 'none'), mode: 'police' as const, tray: undefined, terminal: () => terminal, findTerminal: () => terminal, log: { info: () => undefined, warn: () => undefined, error: () => undefined, close: () => undefined } };
};

describe('the redacted bundle', () => {
  it('lies below the data folder, for its owner alone, under the time; with findings, versions, counts and log, and nothing of anybody', async () => {
    const secrets = await busy();
    const saved = await saveDiagnosis(contextOf())(new TestRun(), { workflow: 'save-diagnosis' });
    if (!saved.ok) throw new Error(saved.code);
    const { file, bytes } = saved.value;
    expect(file).toBe(join(desk.data, 'diagnosis', 'diagnosis-2026-11-24T04-00-00-000Z.json'));
    expect([statSync(file).mode & 0o777, statSync(file).size, statSync(join(desk.data, 'diagnosis')).mode & 0o777]).toEqual([0o600, bytes, 0o700]);
    const bundle = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(bundle).toMatchObject({ form: 1, mode: 'police', healthy: false, counts: { pending: 3, quarantined: 0 }, log: [{ msg: 'signed in' }, { msg: 'other' }] });
    expect(search(join(desk.data, 'diagnosis'), needlesOf(secrets))).toEqual([]);
    expect(personalDataIn(join(desk.data, 'diagnosis'), people)).toEqual([]);
    // The search finds each of these where it is.
    writeFileSync(join(desk.data, 'diagnosis', 'planted'), Object.values(secrets).filter((each) => typeof each === 'string').join('\n') + JSON.stringify(people.map(({ application }) => application)));
    expect(search(join(desk.data, 'diagnosis'), needlesOf(secrets)).length).toBeGreaterThan(8);
    expect(personalDataIn(join(desk.data, 'diagnosis'), people).length).toBeGreaterThan(8);
  });

  it('is one of twenty: the oldest give way, whoever presses the key without end', async () => {
    await busy();
    const save = saveDiagnosis(contextOf());
    const directory = join(desk.data, 'diagnosis');
    mkdirSync(directory);
    for (let n = 10; n < 40; n += 1) writeFileSync(join(directory, `diagnosis-2026-11-23T04-00-${String(n)}-000Z.json`), '');
    expect((await save(new TestRun(), { workflow: 'save-diagnosis' })).ok).toBe(true);
    const left = readdirSync(directory).sort();
    expect([left.length, left[0], left.at(-1)]).toEqual([20, 'diagnosis-2026-11-23T04-00-21-000Z.json', 'diagnosis-2026-11-24T04-00-00-000Z.json']);
  });

  it('that cannot be written is refused by a code', async () => {
    await busy();
    writeFileSync(join(desk.data, 'diagnosis'), 'a file in its place');
    expect(await saveDiagnosis(contextOf())(new TestRun(), { workflow: 'save-diagnosis' })).toEqual({ ok: false, code: 'STORAGE_READ_ONLY' });
  });
});
