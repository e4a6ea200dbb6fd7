import { expect } from 'vitest';
import {
  applyEvent, decideEndorsement, decideValidity, decodeHolder, decodePermit, decodePhoto, decodeResidence, encodeHolder, encodePermit, encodePhoto, encodeResidence,
  feeFor, issueDueOn, openTasks, permittedSteps, stateOn, steps, verdictOf, type PermitApplication,
} from '../../src/permit/index.js';
import type { LawCase } from './law-case.js';
import { accepted, activeSince, activeUntil, applicant, approved, handedOver, idOf, live, refusal } from './lives.js';
import { at, holderPayload, permitPayload, residencePayload } from './world.js';

const decide = (over: Partial<PermitApplication>, onDate: string) => decideValidity(applicant(over), { onDate });
const registered = { registeredOn: '2024-01-15', residence: { division: '330302006001', since: '2024-01-15' } };
const child = { birth: '2018-05-05', grounds: ['schooling'] } as const;
const adult = { name: '李样例', idNumber: idOf('1990-01-01'), relation: '父亲' };
const order = (article: number, rule: string, replay: () => void): LawCase => ({ article: `Order 663 Art. ${article}`, rule, replay });

/** 居住证暂行条例, State Council Order 663, in force since 2016-01-01. */
export const nationalCases: readonly LawCase[] = [
  order(2, 'half a year of residence and one of three grounds', () => {
    expect(decide(registered, '2024-07-14')).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'registered-6-months' });
    for (const ground of ['employment', 'housing', 'schooling'] as const) expect(decide({ ...registered, grounds: [ground] }, '2024-07-15')).toMatchObject({ ok: true, kind: 1 });
    expect(decide({ ...registered, grounds: [] }, '2024-07-15')).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'ground' });
  }),
  order(4, 'the permit carries the ten items', () => {
    const permit = decodePermit(encodePermit(permitPayload));
    const holder = decodeHolder(encodeHolder(holderPayload));
    const residence = decodeResidence(encodeResidence(residencePayload));
    const photo = decodePhoto(encodePhoto({ salt: new Uint8Array(16), jpeg: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9) }));
    const items = [holder.name, holder.sex, holder.ethnicGroup, holder.birth, holder.idNumber, photo.jpeg, holder.registeredAddress, residence.address, permit.authority, permit.issued];
    expect(items).toHaveLength(10);
    for (const item of items) expect(item).toBeTruthy();
    for (const item of ['name', 'birth', 'idNumber', 'registeredAddress'] as const) expect(() => encodeHolder({ ...holder, [item]: '' })).toThrow();
    expect(() => encodePermit({ ...permit, authority: '' })).toThrow();
    expect(() => encodeResidence({ ...residence, address: '' })).toThrow();
  }),
  order(8, 'acceptance, making, issue and endorsement follow each other', () => {
    const states = [accepted('2024-08-01', '2024-08-16'), approved('2024-08-05'), { type: 'issue', on: '2024-08-09', kind: 1 } as const, handedOver('2024-08-12')];
    expect(states.map((_, i) => live(states.slice(0, i + 1)).state)).toEqual(['accepted', 'approved', 'made', 'active']);
    expect(live([{ type: 'endorsement', on: '2025-08-09', decision: 'endorsed' }], live(states))).toMatchObject({ state: 'active', goodUntil: '2026-08-09' });
    expect(refusal(live(states.slice(0, 1)), { type: 'issue', on: '2024-08-02', kind: 1 })).toBe('STATE_NOT_ALLOWED accepted issue:first');
  }),
  order(9, 'a guardian applies for a child under 16', () => {
    expect(decide(child, '2024-08-01')).toEqual({ ok: false, code: 'INPUT_INVALID', detail: 'guardian' });
    expect(decide({ ...child, guardian: adult }, '2024-08-01')).toMatchObject({ ok: true });
    expect(decide({ birth: '2008-08-02', grounds: ['schooling'] }, '2024-08-01')).toMatchObject({ detail: 'guardian' });
    expect(decide({ birth: '2008-08-01', grounds: ['schooling'] }, '2024-08-01')).toMatchObject({ ok: true });
  }),
  order(9, 'an agent applies for the old and the infirm, with both identity cards', () => {
    const agent = { ...adult, reason: 'disabled' } as const;
    expect(decide({ birth: '1940-05-05', agent }, '2024-08-01')).toMatchObject({ ok: true });
    expect(decide({ birth: '1940-05-05', agent: { ...agent, idNumber: '' } }, '2024-08-01')).toMatchObject({ ok: false, detail: 'agent.idNumber' });
    expect(decide({ ...child, agent }, '2024-08-01')).toMatchObject({ ok: false, detail: 'guardian' });
  }),
  order(9, 'missing papers are told once, completely', () => {
    expect(decide({ registeredOn: '2024-07-01', grounds: [] }, '2024-08-01')).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'registered-6-months,ground' });
    const file = live([accepted('2024-08-01', '2024-08-16', ['lease', 'photo'])]);
    expect(refusal(file, approved('2024-08-02'))).toBe('PAPERS_MISSING 2');
    expect(refusal(file, { type: 'supplement', on: '2024-08-02', missingPapers: ['photo', 'contract'] })).toMatch(/^STATE_NOT_ALLOWED accepted supplement/);
    expect(refusal(file, accepted('2024-08-02', '2024-08-17', ['contract']))).toBe('STATE_NOT_ALLOWED accepted acceptance:first');
    const some = live([{ type: 'supplement', on: '2024-08-02', missingPapers: ['photo'] }], file);
    expect(openTasks(some, '2024-08-03').map(({ task }) => task)).toEqual(['missing-papers', 'issue-due']);
    expect(live([{ type: 'supplement', on: '2024-08-03', missingPapers: [] }, approved('2024-08-03')], some).state).toBe('approved');
  }),
  order(9, 'fifteen days to issue, thirty at most', () => {
    expect(issueDueOn('2024-08-20', 15)).toBe('2024-09-04');
    const file = live([accepted('2024-08-20', issueDueOn('2024-08-20', 15))]);
    expect(openTasks(file, '2024-09-04')).toEqual([{ task: 'issue-due', due: '2024-09-04' }]);
    expect(openTasks(file, '2024-09-05')).toEqual([{ task: 'issue-overdue', due: '2024-09-04' }]);
    expect(refusal(undefined, accepted('2024-08-20', '2024-09-19'))).toBe('taken');
    expect(refusal(undefined, accepted('2024-08-20', '2024-09-20'))).toBe('DATE_IMPOSSIBLE dueOn');
  }),
  order(10, 'endorsed once a year, within the month before each full year', () => {
    const file = activeSince('2024-03-10');
    expect(refusal(file, { type: 'endorsement', on: '2025-02-09', decision: 'endorsed' })).toBe('ENDORSEMENT_TOO_EARLY before-window');
    expect(live([{ type: 'endorsement', on: '2025-02-10', decision: 'endorsed' }], file)).toEqual({ ...file, goodUntil: '2026-03-10' });
    expect(openTasks(file, '2025-02-10')).toEqual([{ task: 'endorsement-open', due: '2025-03-10' }]);
  }),
  order(10, 'not endorsed: the use of the permit is suspended', () => {
    const file = activeSince('2024-03-10');
    expect(['2025-03-10', '2025-03-11'].map((day) => stateOn(file, day))).toEqual(['active', 'suspended']);
    expect(stateOn(file, '2025-03-10', { endorsementDueDayCounts: false })).toBe('suspended');
    expect(openTasks(file, '2025-03-11')).toEqual([{ task: 'endorsement-overdue', due: '2025-03-10' }]);
    expect(refusal(file, { type: 'revocation', on: '2025-04-01', status: 0, reason: 'restored' })).toBe('STATE_NOT_ALLOWED endorsement-overdue revocation:restored');
  }),
  order(10, 'a late endorsement restores the use, and the years count anew from it', () => {
    const file = live([{ type: 'endorsement', on: '2025-06-01', decision: 'endorsed' }], activeSince('2024-03-10'));
    expect(file).toMatchObject({ state: 'active', goodUntil: '2026-03-10', yearsCountFrom: '2025-06-01' });
    expect(stateOn(file, '2025-06-01')).toBe('active');
    expect(decideEndorsement({ issued: '2024-03-10' }, '2025-03-10')).not.toHaveProperty('yearsCountFrom');
  }),
  order(11, 'damaged: another card, the old one is handed back', () => {
    const made = live([{ type: 'issue', on: '2024-05-01', kind: 1, replaces: 'damaged' }], activeSince('2024-03-10'));
    for (const oldCard of ['none', 'lost'] as const) expect(refusal(made, { type: 'hand-over', on: '2024-05-01', oldCard })).toBe('OLD_CARD_REQUIRED damaged');
    expect(live([{ type: 'hand-over', on: '2024-05-01', oldCard: 'returned' }], made)).toMatchObject({ state: 'active', oldCard: 'returned', issuedOn: '2024-03-10' });
    expect(live([{ type: 'card-return', on: '2024-05-01', reason: 'replaced' }, handedOver('2024-05-01')], made).state).toBe('active');
  }),
  order(11, 'lost: another card, and the lost one is never accepted again', () => {
    const lost = live([{ type: 'revocation', on: '2024-05-01', status: 1, reason: 'lost' }], activeSince('2024-03-10'));
    expect(refusal(lost, { type: 'revocation', on: '2024-05-02', status: 0, reason: 'found' })).toBe('STATE_NOT_ALLOWED lost revocation:found');
    expect(live([{ type: 'card-return', on: '2024-05-02', reason: 'found' }], lost).state).toBe('lost');
    expect(live([{ type: 'issue', on: '2024-05-03', kind: 1, replaces: 'lost' }, handedOver('2024-05-03')], lost)).toMatchObject({ state: 'active', oldCard: 'lost' });
  }),
  order(18, 'a lent or detained permit is taken in, and lives on', () => {
    const file = activeSince('2024-03-10');
    expect(live([{ type: 'card-return', on: '2024-04-01', reason: 'seized' }], file)).toEqual(file);
  }),
  order(18, 'a permit got by false proof is cancelled for good', () => {
    const ended = live([{ type: 'revocation', on: '2024-04-01', status: 1, reason: 'fraud' }], activeSince('2024-03-10'));
    expect(ended).toMatchObject({ state: 'ended', ended: 'fraud' });
    expect(permittedSteps(ended, '2024-04-02')).toEqual(['card-return']);
  }),
  order(19, 'a forged card is named forged, whatever else it claims', () => {
    const base = { now: at('2026-06-01'), clockTrusted: true, trustNextUpdate: at('2027-01-01'), chip: 'proved', endorsement: 'none', maxListAgeSeconds: 1 } as const;
    const forged = verdictOf({ ...base, card: { ok: false, step: 'signature', code: 'SIGNATURE_INVALID', reason: 'sod-signature' } });
    expect(forged).toMatchObject({ result: 'forged' });
    expect(forged.answer).toBeUndefined();
  }),
  order(21, 'first card and endorsement are free, another card has its price', () => {
    const priced = steps.filter((step) => feeFor(step, { replacement: 2_000 }) > 0);
    expect(priced).toEqual(['issue:damaged', 'issue:lost']);
    expect(feeFor('issue:lost', { replacement: 1_500 })).toBe(1_500);
  }),
  order(23, 'an older permit stays valid until its end, without endorsement', () => {
    const old = activeUntil('2015-06-01', '2024-06-01');
    expect(['2016-06-02', '2024-06-01', '2024-06-02'].map((day) => stateOn(old, day))).toEqual(['active', 'active', 'ended']);
    expect(refusal(old, { type: 'endorsement', on: '2016-06-01', decision: 'endorsed' })).toBe('NOT_ELIGIBLE fixed-end');
    expect(refusal(old, { type: 'issue', on: '2017-01-01', kind: 1, expiresOn: '2024-06-01', replaces: 'damaged' })).toBe('taken');
    expect(applyEvent(old, { type: 'revocation', on: '2024-06-02', status: 1, reason: 'expired' })).toMatchObject({ file: { state: 'ended', ended: 'expired' } });
  }),
];
