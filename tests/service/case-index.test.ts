import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CapturedRecord, FormDraft } from '../../src/contract/index.js';
import type { Outbox } from '../../src/outbox/index.js';
import { CaseIndex } from '../../src/service/case-index.js';
import { formDrafts } from '../../src/service/form-drafts.js';
import { openApplications } from '../../src/service/open-applications.js';
import { open, platformKeys, receiptMap, signReceipt, start } from '../outbox/fixture.js';
import { applicant as someone } from '../workflows/fixtures.js';

/** Each with another name. */
const applicant = (n: number): ReturnType<typeof someone> => ({ ...someone(n), name: `${'甲乙丙丁戊己庚辛壬癸'.charAt(n)}某某` });

const now = { at: start };
const clock = { now: () => now.at };
const number = '330302202610000429';
const acceptance = (n: number): CapturedRecord => ({ type: 'acceptance', receipt: `S20261124-0000000${String(n)}`, purpose: 'first', application: applicant(n), missingPapers: [], dueOn: '2026-12-09', by: 'w1', at: start + n });
const handOver: CapturedRecord = { type: 'hand-over', permitNumber: number, serial: '0102030405060708090a', receivedBy: 'holder', oldCard: 'none', by: 'w1', at: start + 50 };
const draft = (form: FormDraft['form'], more: Partial<FormDraft> = {}): FormDraft => ({ id: randomUUID(), purpose: 'first', form, step: 'identity', ...more });

const indexOf = (outbox: Outbox = open()) => {
  const cases = new CaseIndex(outbox);
  const found = async (text: string, limit = 50) => (await cases.search(text, limit)).cases.map(({ kind, reference }) => `${kind} ${reference}`);
  return { outbox, cases, found, drafts: formDrafts(outbox, clock.now) };
};

describe('search of local cases', () => {
  it('finds by name whole or beginning, ID number whole or its end, slip and permit number', async () => {
    const { outbox, found, cases } = indexOf();
    outbox.enqueue(acceptance(1));
    const { name, idNumber } = applicant(1);
    const line = ['record S20261124-00000001'];
    expect(await found(name)).toEqual(line);
    expect(await found(name.slice(0, 1))).toEqual(line);
    expect(await found(` ${idNumber} `)).toEqual(line);
    expect(await found(idNumber.slice(-4).toLowerCase())).toEqual(line);
    expect(await found('s20261124-0000')).toEqual(line);
    expect(await found(idNumber.slice(0, 17) + (idNumber.endsWith('X') ? '1' : 'X'))).toEqual([]);
    expect([await found(''), await found(name.slice(1)), await found('330302')]).toEqual([[], [], []]);
    expect((await cases.search(name, 1)).cases).toEqual([{ kind: 'record', maskedName: `${name.slice(0, 1)}${'*'.repeat(name.length - 1)}`, idEnd: idNumber.slice(-4), reference: 'S20261124-00000001', receipt: 'S20261124-00000001', what: 'acceptance', at: start + 1 }]);
  });

  it('stays current: what is written later is found, what is changed or deleted is not any more', async () => {
    const { outbox, found, drafts } = indexOf();
    expect(await found('测')).toEqual([]);
    const form = draft({ name: '测试甲', idNumber: '42010619900301001x' });
    drafts.save(form);
    expect(await found('测试')).toEqual([`draft ${form.id}`]);
    expect(await found('001X')).toEqual([`draft ${form.id}`]);
    drafts.save({ ...form, form: { name: '改名' } });
    expect([await found('测试'), await found('改')]).toEqual([[], [`draft ${form.id}`]]);
    drafts.delete(form.id);
    expect(await found('改')).toEqual([]);
    outbox.enqueue(acceptance(2));
    expect(await found(applicant(2).name)).toEqual(['record S20261124-00000002']);
  });

  it('is one line for a case: a form or an application stands for its records, the newest record for its permit', async () => {
    const { outbox, found } = indexOf();
    outbox.enqueue(acceptance(1));
    const { name } = applicant(1);
    openApplications(outbox, clock).put({ receipt: 'S20261124-00000001', application: applicant(1), file: { state: 'accepted', missingPapers: [] } });
    expect(await found(name)).toEqual(['application S20261124-00000001']);
    openApplications(outbox, clock).delete('S20261124-00000001');
    const bytes = Uint8Array.of(1);
    outbox.enqueue({ type: 'issue', serial: '0102030405060708090a', permitNumber: number, statusIndex: 1, sod: bytes, permit: bytes, holder: bytes, residence: bytes, photo: bytes, application: applicant(1), issuedAt: start + 9, receipt: 'S20261124-00000001', by: 'w1' });
    expect(await found(name)).toEqual([`record ${number}`]);
    outbox.enqueue(handOver);
    // The hand-over names nobody: the issue before it does.
    const { cases } = indexOf(outbox);
    expect((await cases.search(name, 10)).cases).toMatchObject([{ reference: number, what: 'hand-over', maskedName: `${name.slice(0, 1)}${'*'.repeat(name.length - 1)}` }]);
    expect(await found(number)).toEqual([`record ${number}`]);
  });

  it('is cut at the limit, newest first', async () => {
    const { outbox, cases } = indexOf();
    for (let n = 1; n <= 5; n += 1) outbox.enqueue({ ...acceptance(n), application: applicant(1) } as CapturedRecord);
    const { cases: found, more } = await cases.search(applicant(1).name, 3);
    expect([found.map(({ at }) => at - start), more]).toEqual([[5, 4, 3], true]);
    expect((await cases.search(applicant(1).name, 5)).more).toBe(false);
  });

  it('is forgotten when the local data locks, and refused until it is open again', async () => {
    const { outbox, cases, found } = indexOf();
    for (let n = 1; n <= 3; n += 1) outbox.enqueue(acceptance(n));
    await cases.search(applicant(1).name, 1);
    outbox.local.lock();
    await expect(cases.search(applicant(1).name, 1)).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    outbox.local.unlock(new Uint8Array(32).fill(3));
    expect(await found(applicant(1).name)).toEqual(['record S20261124-00000001']);
    // Another key: another person, or somebody left.
    const read = outbox.ownRecords.searchable.bind(outbox.ownRecords);
    let rows = 0;
    const watched = Object.assign(Object.create(outbox) as Outbox, { ownRecords: { ...outbox.ownRecords, searchable: (after: number, limit: number) => { const page = read(after, limit); rows += page.length; return page; } } });
    const other = new CaseIndex(watched);
    await other.search('x', 1);
    await other.search('x', 1);
    expect(rows).toBe(3);
    outbox.local.rekey(new Uint8Array(32).fill(4), {});
    await other.search('x', 1);
    expect(rows).toBe(6);
  });

  it('is built anew when lines went or were numbered anew', async () => {
    const { outbox, found } = indexOf();
    for (let n = 1; n <= 3; n += 1) outbox.enqueue(acceptance(n));
    expect(await found(applicant(1).name)).toHaveLength(1);
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 2)), platformKeys);
    outbox.ownRecords.purge(start + 86_400);
    expect([await found(applicant(1).name), await found(applicant(3).name)]).toEqual([[], ['record S20261124-00000003']]);
    outbox.beginEpoch(2);
    outbox.enqueue(acceptance(4));
    expect([await found(applicant(3).name), await found(applicant(4).name)]).toEqual([['record S20261124-00000003'], ['record S20261124-00000004']]);
  });

  it('answers two searches at once with the same', async () => {
    const { outbox, found } = indexOf();
    for (let n = 0; n < 250; n += 1) outbox.enqueue(acceptance(n % 9));
    const [one, two] = await Promise.all([found(applicant(1).name), found(applicant(1).name)]);
    expect(one).toEqual(two);
    expect(one).toHaveLength(1);
  });
});
