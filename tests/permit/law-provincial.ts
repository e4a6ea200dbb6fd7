import { expect } from 'vitest';
import { decideValidity, feeFor, openTasks, permittedSteps, residenceChangeLate, ruleSetOn, stateOn, temporaryRenewal, type PermitApplication } from '../../src/permit/index.js';
import type { LawCase } from './law-case.js';
import { accepted, activeSince, activeUntil, applicant, approved, handedOver, live, refusal } from './lives.js';

const decide = (over: Partial<PermitApplication>, onDate: string, residenceYears?: number) =>
  decideValidity(applicant(over), { onDate, ...(residenceYears === undefined ? {} : { residenceYears }) });
const zhejiang = (article: number, rule: string, replay: () => void): LawCase => ({ article: `Zhejiang 2016 Art. ${article}`, rule, replay });
const wenzhou = (article: number, rule: string, replay: () => void): LawCase => ({ article: `Wenzhou 2013 Art. ${article}`, rule, replay });

/** 浙江省流动人口居住登记条例, the revision in force since 2016-07-01. */
export const zhejiangCases: readonly LawCase[] = [
  zhejiang(12, 'a registration needs no card', () => {
    const file = live([{ type: 'registration', on: '2024-01-15' }]);
    expect(file).toEqual({ state: 'registered', registeredOn: '2024-01-15', missingPapers: [] });
    expect(openTasks(file, '2030-01-01')).toEqual([]);
  }),
  zhejiang(13, 'a change of address is reported within ten days, also before there is a permit', () => {
    expect(['2024-03-11', '2024-03-12'].map((day) => residenceChangeLate('2024-03-01', day, 10))).toEqual([false, true]);
    expect(live([{ type: 'registration', on: '2024-01-15' }, { type: 'registration', on: '2024-03-01' }]).registeredOn).toBe('2024-01-15');
  }),
  zhejiang(16, 'the half year counts from the registration, not from the arrival', () => {
    const arrived = { residence: { division: '330302006001', since: '2023-01-01' } };
    expect(decide({ ...arrived, registeredOn: '2024-05-31' }, '2024-11-29')).toMatchObject({ detail: 'registered-6-months' });
    expect(decide({ ...arrived, registeredOn: '2024-05-31' }, '2024-11-30')).toMatchObject({ ok: true });
  }),
  zhejiang(17, 'investors and talents are exempt from the conditions', () => {
    expect(decide({ grounds: ['talent'], registeredOn: '2024-07-01' }, '2024-07-01')).toMatchObject({ ok: true });
    expect(decide({ grounds: ['talent'], registeredOn: '2016-06-30' }, '2016-06-30')).toMatchObject({ detail: 'registered-6-months,ground' });
  }),
  zhejiang(18, 'a receipt with the day by which the permit is issued', () => {
    expect(live([accepted('2024-02-20', '2024-03-06')])).toMatchObject({ state: 'accepted', acceptedOn: '2024-02-20', dueOn: '2024-03-06' });
    expect(ruleSetOn('2024-02-20')?.issueDays).toEqual({ usual: 15, most: 30 });
  }),
  zhejiang(18, 'a refusal has a written reason', () => {
    const file = live([accepted('2024-02-20', '2024-03-06')]);
    expect(refusal(file, { type: 'review', on: '2024-02-21', decision: 'refused', reason: ' ' })).toBe('REASON_REQUIRED reason');
    const refused = live([{ type: 'review', on: '2024-02-21', decision: 'refused', reason: '租赁合同已终止' }], file);
    expect(refused.state).toBe('refused');
    expect(permittedSteps(refused, '2024-02-22')).toEqual([]);
  }),
  zhejiang(19, 'the window is the month before each anniversary of the day of issue', () => {
    const leap = activeSince('2024-02-29');
    expect(['2025-01-27', '2025-01-28'].map((on) => refusal(leap, { type: 'endorsement', on, decision: 'endorsed' }))).toEqual(['ENDORSEMENT_TOO_EARLY before-window', 'taken']);
    const last = live([{ type: 'endorsement', on: '2025-03-31', decision: 'endorsed' }], activeSince('2024-03-31'));
    expect(last.goodUntil).toBe('2026-03-31');
    expect(refusal(last, { type: 'endorsement', on: '2026-02-27', decision: 'endorsed' })).toBe('ENDORSEMENT_TOO_EARLY before-window');
    expect(refusal(last, { type: 'endorsement', on: '2026-02-28', decision: 'endorsed' })).toBe('taken');
  }),
  zhejiang(19, 'no longer qualified: no endorsement, with a reason, and the permit ends', () => {
    const file = activeSince('2024-03-10');
    expect(refusal(file, { type: 'endorsement', on: '2025-03-01', decision: 'refused' })).toBe('REASON_REQUIRED reason');
    expect(live([{ type: 'endorsement', on: '2025-03-01', decision: 'refused', reason: '已无合法稳定住所' }], file)).toMatchObject({ state: 'ended', ended: 'not-qualified' });
  }),
  zhejiang(19, 'a late change of address or workplace is recorded all the same', () => {
    const file = activeSince('2024-03-10');
    expect(residenceChangeLate('2024-04-01', '2024-06-01', 10)).toBe(true);
    expect(live([{ type: 'residence-change', on: '2024-06-01', changedOn: '2024-04-01' }], file)).toEqual(file);
    expect(refusal(file, { type: 'residence-change', on: '2024-06-01', changedOn: '2024-06-02' })).toBe('DATE_IMPOSSIBLE changedOn');
  }),
  zhejiang(22, 'lost: another card of the same permit, endorsements and years kept', () => {
    const endorsed = live([{ type: 'endorsement', on: '2025-03-01', decision: 'endorsed' }, { type: 'revocation', on: '2025-05-01', status: 1, reason: 'lost' }], activeSince('2024-03-10'));
    const acceptance = { type: 'acceptance', on: '2025-05-01', purpose: 'lost', missingPapers: [], dueOn: '2025-05-16' } as const;
    const replaced = live([acceptance, approved('2025-05-02'), { type: 'issue', on: '2025-05-05', kind: 1, replaces: 'lost' }, handedOver('2025-05-06')], endorsed);
    expect(replaced).toMatchObject({ state: 'active', issuedOn: '2024-03-10', goodUntil: '2026-03-10', madeOn: '2025-05-05' });
  }),
  zhejiang(23, 'damaged: another card for the old one; refused, the permit is what it was', () => {
    const acceptance = { type: 'acceptance', on: '2024-05-01', purpose: 'damaged', missingPapers: [], dueOn: '2024-05-16' } as const;
    const file = live([acceptance], activeSince('2024-03-10'));
    expect(file.oldCard).toBe('out');
    expect(live([{ type: 'review', on: '2024-05-02', decision: 'refused', reason: '卡片完好' }], file)).toEqual(activeSince('2024-03-10'));
    const made = live([approved('2024-05-02'), { type: 'issue', on: '2024-05-05', kind: 1, replaces: 'damaged' }], file);
    expect(refusal(made, handedOver('2024-05-06'))).toBe('OLD_CARD_REQUIRED damaged');
  }),
  zhejiang(24, 'made in batches after a review, or on the spot', () => {
    const batch = [accepted('2024-08-01', '2024-08-16'), approved('2024-08-05'), { type: 'issue', on: '2024-08-09', kind: 1 } as const];
    expect(live(batch)).toMatchObject({ state: 'made', purpose: 'first' });
    expect(openTasks(live(batch), '2024-08-10')).toEqual([{ task: 'pick-up' }]);
    expect(live([{ type: 'registration', on: '2024-01-15' }, { type: 'issue', on: '2024-08-09', kind: 1 }])).toMatchObject({ state: 'made', registeredOn: '2024-01-15' });
    expect(activeSince('2024-08-09')).toMatchObject({ state: 'active', issuedOn: '2024-08-09' });
  }),
  zhejiang(36, 'cheating ends the permit and the card is taken in', () => {
    const ended = live([{ type: 'revocation', on: '2024-04-01', status: 1, reason: 'fraud' }, { type: 'card-return', on: '2024-04-01', reason: 'seized' }], activeSince('2024-03-10'));
    expect(ended).toMatchObject({ state: 'ended', ended: 'fraud' });
    expect(refusal(ended, { type: 'revocation', on: '2024-04-02', status: 0, reason: 'restored' })).toBe('STATE_NOT_ALLOWED ended revocation:restored');
  }),
  zhejiang(39, 'an older permit is exchanged without a fee', () => {
    const temporary = activeUntil('2015-01-10', '2018-01-10', 2);
    const exchanged = live([{ type: 'issue', on: '2016-07-01', kind: 1, replaces: 'exchange' }, { type: 'hand-over', on: '2016-07-01', oldCard: 'returned' }], temporary);
    expect(exchanged).toMatchObject({ state: 'active', kind: 1, issuedOn: '2016-07-01' });
    expect(exchanged.expiresOn).toBeUndefined();
    expect(stateOn(exchanged, '2017-07-02')).toBe('suspended');
    expect(refusal(temporary, { type: 'issue', on: '2016-07-01', kind: 2, expiresOn: '2019-07-01', replaces: 'exchange' })).toBe('KIND_NOT_AVAILABLE kind');
    expect(feeFor('issue:exchange', { replacement: 2_000 })).toBe(0);
  }),
];

/** 温州市流动人口居住管理办法, 温委办发〔2013〕26号, 2013-03-06 to 2015-12-31. */
export const wenzhouCases: readonly LawCase[] = [
  wenzhou(9, 'three classes of the temporary permit, three to nine years of the other', () => {
    const ends = [3, 6, 12, 36].map((stayMonths) => decide({ kind: 'temporary', stayMonths }, '2014-03-31'));
    expect(ends.map((granted) => (granted.ok ? granted.expires : granted.code))).toEqual(['2014-09-30', '2014-09-30', '2015-03-31', '2017-03-31']);
    const years = [2, 3, 9, 10].map((count) => decide({}, '2014-03-31', count));
    expect(years.map((granted) => (granted.ok ? granted.expires : granted.code))).toEqual(['INPUT_INVALID', '2017-03-31', '2023-03-31', 'INPUT_INVALID']);
  }),
  wenzhou(10, 'six months only, when nothing proves a longer stay', () => {
    expect(decide({ kind: 'temporary', grounds: [], insuranceYears: 0 }, '2014-03-31')).toMatchObject({ ok: true, kind: 2, expires: '2014-09-30' });
    expect(decide({ kind: 'temporary', grounds: [], stayMonths: 12 }, '2014-03-31')).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'ground' });
  }),
  wenzhou(11, 'under sixteen: registered, no card', () => {
    expect(decide({ birth: '1998-04-01', kind: 'temporary' }, '2014-03-31')).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'under-16' });
    expect(decide({ birth: '1998-03-31', kind: 'temporary' }, '2014-03-31')).toMatchObject({ ok: true });
    expect(live([{ type: 'registration', on: '2014-03-31' }]).state).toBe('registered');
  }),
  wenzhou(12, 'three years for those who stay: half a year, job, address, a year of insurance', () => {
    const stay = { kind: 'temporary', stayMonths: 36, registeredOn: '2013-09-30', insuranceYears: 1 } as const;
    expect(decide(stay, '2014-03-30')).toMatchObject({ expires: '2017-03-30' });
    expect(decide({ ...stay, registeredOn: '2013-10-01', insuranceYears: 0, grounds: [] }, '2014-03-30')).toEqual({
      ok: false, code: 'NOT_ELIGIBLE', detail: 'registered-6-months,insured-1-years,employment,housing',
    });
  }),
  wenzhou(12, 'extended within the month, renewed within the ten days before the end; else cancelled', () => {
    expect(temporaryRenewal('2014-09-30')).toEqual({ extendFrom: '2014-08-30', renewFrom: '2014-09-20' });
    expect(temporaryRenewal('2016-09-30')).toBeUndefined();
    const file = activeUntil('2014-03-31', '2014-09-30', 2);
    expect(openTasks(file, '2014-08-29')).toEqual([]);
    expect(openTasks(file, '2014-08-30')).toEqual([{ task: 'renewal-open', due: '2014-09-30' }]);
    const acceptance = { type: 'acceptance', on: '2014-09-25', purpose: 'exchange', missingPapers: [], dueOn: '2014-10-10' } as const;
    const renewed = live([acceptance, approved('2014-10-06'), { type: 'issue', on: '2014-10-08', kind: 2, expiresOn: '2015-03-30', replaces: 'exchange' }], file);
    expect(renewed).toMatchObject({ state: 'made', issuedOn: '2014-10-08', expiresOn: '2015-03-30' });
    expect(stateOn(file, '2014-10-01')).toBe('ended');
    expect(openTasks(file, '2014-10-01')).toEqual([{ task: 'cancel-expired' }]);
    expect(refusal(file, { ...acceptance, on: '2014-10-01' })).toBe('STATE_NOT_ALLOWED past-end acceptance:exchange');
    expect(live([{ type: 'revocation', on: '2014-10-01', status: 1, reason: 'expired' }], file).ended).toBe('expired');
  }),
  wenzhou(13, 'the residence permit after three years here, or for investors and talents', () => {
    expect(decide({ registeredOn: '2011-04-01', insuranceYears: 2, grounds: ['housing'] }, '2014-03-31')).toEqual({
      ok: false, code: 'NOT_ELIGIBLE', detail: 'registered-36-months,insured-3-years,employment',
    });
    expect(decide({ registeredOn: '2011-03-31' }, '2014-03-31')).toMatchObject({ ok: true, kind: 1, rule: 'wenzhou-2013' });
    expect(decide({ registeredOn: '2014-03-31', grounds: ['talent'], insuranceYears: 0 }, '2014-03-31')).toMatchObject({ ok: true });
  }),
  wenzhou(15, 'changes within ten days; the half-yearly check leaves no endorsement', () => {
    const file = activeUntil('2014-03-31', '2017-03-31');
    expect(residenceChangeLate('2014-05-01', '2014-05-11', 10)).toBe(false);
    expect(refusal(file, { type: 'residence-change', on: '2014-05-30', changedOn: '2014-05-01' })).toBe('taken');
    expect(stateOn(file, '2014-12-31')).toBe('active');
    expect(refusal(file, { type: 'endorsement', on: '2014-09-30', decision: 'endorsed' })).toBe('NOT_ELIGIBLE fixed-end');
  }),
];
