import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verdict as contractVerdict } from '../../src/contract/index.js';
import * as permit from '../../src/permit/index.js';
import {
  at, authenticate, authenticCard, context, endorsementPayload, listWith, makeCard, permitPayload, residencePayload, seeds, signEndorsement,
  signResidence, signSlot, slotPayload, trustPayload, uri,
} from './world.js';

const card = authenticCard();
const counted = (residence: number, endorsements: number, services: number, ...slots: [number, number][]): permit.ChipCounters => ({
  residence, endorsements, services, slots: new Map(slots),
});
const slot = (department: number, counter: number, seed = seeds.terminal) => permit.verifyServiceSlot(signSlot({ ...slotPayload, department, counter }, seed), card, context());
const allOf = (...slots: permit.AuthenticObject<permit.ServiceSlot>[]): permit.ServicesRead => ({ slots, all: true });
const someOf = (...slots: permit.AuthenticObject<permit.ServiceSlot>[]): permit.ServicesRead => ({ slots, all: false });
const good: permit.VerdictInput = {
  now: at('2026-06-01'),
  clockTrusted: true,
  trustNextUpdate: trustPayload.nextUpdate,
  card,
  chip: 'proved',
  endorsement: 'none',
  counters: counted(1, 0, 0),
  residence: permit.verifyResidence(signResidence(), card, context()),
  statusList: listWith([]),
  maxListAgeSeconds: 86_400,
};
const judge = (over: Partial<permit.VerdictInput> = {}): permit.Verdict => permit.verdictOf({ ...good, ...over });
const lineOf = (verdict: permit.Verdict, check: permit.VerdictLine['check']): string => {
  const line = verdict.lines.find((each) => each.check === check);
  return `${line?.result} ${line?.reason}${line?.code === undefined ? '' : ` ${line.code}`}`;
};
const endorsed = (over: Partial<permit.Endorsement>) => permit.verifyEndorsement(signEndorsement({ ...endorsementPayload, ...over }), card, context());
const cardWith = (over: Partial<permit.Permit>) => authenticate(makeCard({ permit: { ...permitPayload, ...over } }));
const failed = (code: permit.PermitRefusalCode, reason: string): permit.NotAuthentic => ({ ok: false, step: 'chain', code, reason });

test('valid only when everything ran and passed', () => {
  expect(judge()).toMatchObject({ result: 'valid', answer: 'valid', permitNumber: permitPayload.number, statusListAgeSeconds: 60 });
  expect(judge().lines.map((line) => line.check)).toEqual(['signature', 'dates', 'status', 'chip', 'counters']);
});

const late = { now: at('2027-03-02'), trustNextUpdate: at('2028-01-01'), statusList: listWith([], at('2027-03-02')) };
test.each<[string, Partial<permit.VerdictInput>, permit.VerdictLine['check'], string, permit.VerdictResult, permit.Verdict['answer']]>([
  ['SOD forged', { card: failed('SIGNATURE_INVALID', 'sod-signature') }, 'signature', 'forged sod-signature SIGNATURE_INVALID', 'forged', undefined],
  [
    'unknown issuer, fresh trust list',
    { card: failed('SIGNER_UNKNOWN', 'issuer-unknown') },
    'signature', 'forged issuer-unknown SIGNER_UNKNOWN', 'forged', undefined,
  ],
  [
    'unknown issuer, old trust list',
    { card: failed('SIGNER_UNKNOWN', 'issuer-unknown'), trustNextUpdate: 1 },
    'signature', 'undetermined issuer-unknown SIGNER_UNKNOWN', 'undetermined', undefined,
  ],
  [
    'no trust list',
    { card: failed('TRUST_MISSING', 'trust-list-missing'), trustNextUpdate: undefined },
    'signature', 'undetermined trust-list-missing TRUST_MISSING', 'undetermined', undefined,
  ],
  ['old trust list', { trustNextUpdate: good.now - 1 }, 'signature', 'undetermined trust-list-stale', 'undetermined', undefined],
  [
    'forged endorsement',
    { endorsement: permit.verifyEndorsement(signEndorsement(endorsementPayload, seeds.other), card, context()) },
    'signature', 'forged endorsement-signature SIGNATURE_INVALID', 'forged', undefined,
  ],
  [
    'a forged slot behind a genuine one',
    { services: allOf(slot(7, 1), slot(8, 2, seeds.other)), counters: counted(1, 0, 2, [7, 1], [8, 2]) },
    'signature', 'forged services-signature SIGNATURE_INVALID', 'forged', undefined,
  ],
  [
    'a forged slot before one whose signer this terminal does not know',
    { services: someOf(failed('TRUST_MISSING', 'trust-list-missing'), slot(8, 2, seeds.other)), counters: counted(1, 0, 2, [7, 1], [8, 2]) },
    'signature', 'forged services-signature SIGNATURE_INVALID', 'forged', undefined,
  ],
  ['not authentic: nothing else is judged', { card: failed('DIGEST_MISMATCH', 'digest-permit') }, 'status', 'undetermined not-authentic', 'forged', undefined],
  ['first year', {}, 'dates', 'valid first-year', 'valid', 'valid'],
  ['first year is over', late, 'dates', 'suspended endorsement-overdue', 'suspended', 'suspended'],
  [
    'the due day itself, where the city does not count it',
    { ...late, now: at('2027-03-01'), statusList: listWith([], at('2027-03-01')), endorsementDueDayCounts: false },
    'dates', 'suspended endorsement-overdue', 'suspended', 'suspended',
  ],
  ['the due day itself', { ...late, now: at('2027-03-01'), statusList: listWith([], at('2027-03-01')) }, 'dates', 'valid endorsement-due', 'valid', 'valid'],
  [
    'endorsed',
    { ...late, endorsement: endorsed({ goodUntil: '2027-05-01' }), counters: counted(1, 1, 0) },
    'dates', 'valid endorsed', 'valid', 'valid',
  ],
  ['endorsement not read', { endorsement: 'not-read' }, 'dates', 'undetermined endorsement-not-read', 'undetermined', undefined],
  ['fixed end, no endorsement needed', { card: cardWith({ expires: '2029-03-01' }), ...late }, 'dates', 'valid within-validity', 'valid', 'valid'],
  ['fixed end passed', { card: cardWith({ expires: '2026-05-31' }) }, 'dates', 'expired permit-expired', 'expired', 'cancelled'],
  ['last day of validity', { card: cardWith({ expires: '2026-06-01' }) }, 'dates', 'valid within-validity', 'valid', 'valid'],
  ['issued tomorrow', { card: cardWith({ issued: '2026-06-02' }) }, 'dates', 'undetermined issued-in-future CLOCK_WRONG', 'undetermined', undefined],
  ['clock wrong', { clockTrusted: false }, 'dates', 'undetermined clock-wrong CLOCK_WRONG', 'undetermined', undefined],
  ['no status list', { statusList: undefined }, 'status', 'undetermined status-list-missing STATUS_LIST_MISSING', 'undetermined', undefined],
  [
    'another list',
    { statusList: new permit.StatusList(new Uint8Array(25), `${uri}x`, good.now, good.now + 9, 1) },
    'status', 'undetermined status-list-missing STATUS_LIST_MISSING', 'undetermined', undefined,
  ],
  ['old list', { statusList: listWith([], good.now - 86_401) }, 'status', 'undetermined status-list-stale STATUS_LIST_STALE', 'undetermined', undefined],
  ['revoked', { statusList: listWith([[5, 1]]) }, 'status', 'revoked listed-cancelled', 'revoked', 'cancelled'],
  ['revoked, old list', { statusList: listWith([[5, 1]], 1) }, 'status', 'revoked listed-cancelled', 'revoked', 'cancelled'],
  ['revoked, wrong clock', { statusList: listWith([[5, 1]]), clockTrusted: false }, 'status', 'revoked listed-cancelled', 'revoked', 'cancelled'],
  ['suspended, old list', { statusList: listWith([[5, 2]], 1) }, 'status', 'suspended listed-suspended', 'suspended', 'suspended'],
  ['not confirmed', { statusList: listWith([[5, 3]]) }, 'status', 'unconfirmed not-confirmed', 'unconfirmed', undefined],
  ['index out of range', { statusList: listWith([], good.now, 4) }, 'status', 'undetermined index-not-found PERMIT_UNKNOWN', 'undetermined', 'not-found'],
  [
    'index out of range of an old list',
    { statusList: listWith([], 1, 4) },
    'status', 'undetermined status-list-stale STATUS_LIST_STALE', 'undetermined', undefined,
  ],
  ['list from the future', { statusList: listWith([], good.now + 301) }, 'status', 'undetermined clock-wrong CLOCK_WRONG', 'undetermined', undefined],
  ['chip wrong', { chip: 'wrong' }, 'chip', 'cloned chip-answer-wrong', 'cloned', undefined],
  ['chip refuses', { chip: 'refused' }, 'chip', 'cloned chip-refused', 'cloned', undefined],
  ['chip silent', { chip: 'silent' }, 'chip', 'undetermined chip-silent CARD_SILENT', 'undetermined', undefined],
  ['chip not asked', { chip: 'skipped' }, 'chip', 'undetermined chip-not-asked', 'undetermined', undefined],
  ['a proof under a forged SOD', { card: failed('SIGNATURE_INVALID', 'sod-signature') }, 'chip', 'undetermined not-authentic', 'forged', undefined],
  ['counters not read', { counters: undefined }, 'counters', 'undetermined counters-not-read', 'undetermined', undefined],
  [
    'endorsement removed',
    { counters: counted(1, 1, 0) },
    'counters', 'rolled-back counter-differs-endorsement', 'rolled-back', undefined,
  ],
  [
    'old residence put back',
    { counters: counted(2, 0, 0) },
    'counters', 'rolled-back counter-differs-residence', 'rolled-back', undefined,
  ],
  [
    'the whole card as it was before an endorsement that is known',
    { known: { residence: 1, endorsements: 1, services: 0 } },
    'counters', 'rolled-back older-than-known CARD_IMAGE_OLD', 'rolled-back', undefined,
  ],
  [
    'the whole card as it was before a move that is known',
    { known: { residence: 2, endorsements: 0, services: 0 } },
    'counters', 'rolled-back older-than-known CARD_IMAGE_OLD', 'rolled-back', undefined,
  ],
  [
    'the whole card as it was before a service that is known',
    { known: { residence: 1, endorsements: 0, services: 3 } },
    'counters', 'rolled-back older-than-known CARD_IMAGE_OLD', 'rolled-back', undefined,
  ],
  ['a card that was known with less', { known: { residence: 0, endorsements: 0, services: 0 } }, 'counters', 'valid counters-equal', 'valid', 'valid'],
  [
    'what is known, against a chip that proved nothing',
    { chip: 'silent', known: { residence: 9, endorsements: 9, services: 9 } },
    'counters', 'undetermined counters-not-read', 'undetermined', undefined,
  ],
  [
    'counters of a chip that proved nothing',
    { chip: 'silent', counters: counted(9, 9, 9) },
    'counters', 'undetermined counters-not-read', 'undetermined', undefined,
  ],
])('%s', (_name, over, check, line, result, answer) => {
  const verdict = judge(over);
  expect(lineOf(verdict, check)).toBe(line);
  expect(verdict.result).toBe(result);
  expect(verdict.answer).toBe(answer);
  contractVerdict.parse(verdict);
});

describe('slots of EF.Services against the counters of the chip (payload.md 6)', () => {
  const equal = 'valid counters-equal';
  const differs = 'rolled-back counter-differs-services';
  const two: [number, number][] = [[7, 3], [8, 2]];
  const unknownSigner = failed('SIGNER_UNKNOWN', 'issuer-unknown');
  test.each<[string, permit.ServicesRead | undefined, permit.ChipCounters, string]>([
    ['none read of a card that has none', allOf(), counted(1, 0, 0), equal],
    ['none read of a card whose services counter began above 0', allOf(), counted(1, 0, 4), equal],
    ['all read, in any order', allOf(slot(8, 2), slot(7, 3)), counted(1, 0, 3, ...two), equal],
    ['one of two read, where not all could be', someOf(slot(7, 3)), counted(1, 0, 3, ...two), equal],
    ['none of two read, where not all could be', someOf(), counted(1, 0, 3, ...two), equal],
    ['not read', undefined, counted(1, 0, 3, ...two), equal],
    ['an older slot of a department put back', allOf(slot(7, 1), slot(8, 2)), counted(1, 0, 3, ...two), differs],
    ['a younger one than the chip knows', allOf(slot(7, 3), slot(8, 4)), counted(1, 0, 4, ...two), differs],
    ['an older one, where not all could be read', someOf(slot(7, 1)), counted(1, 0, 3, ...two), differs],
    ['a slot that the chip does not list', allOf(slot(7, 3), slot(9, 2)), counted(1, 0, 3, ...two), differs],
    ['one more than the chip lists', allOf(slot(7, 3), slot(8, 2), slot(9, 1)), counted(1, 0, 3, ...two), differs],
    ['one that the chip does not list, where not all could be read', someOf(slot(9, 2)), counted(1, 0, 3, ...two), differs],
    ['a slot that was taken out', allOf(slot(7, 3)), counted(1, 0, 3, ...two), differs],
    ['all slots taken out', allOf(), counted(1, 0, 1, [7, 1]), differs],
    ['a department twice, the same object', someOf(slot(7, 3), slot(7, 3)), counted(1, 0, 3, ...two), differs],
    ['a department twice, in the place of another one', allOf(slot(7, 3), slot(7, 3)), counted(1, 0, 3, ...two), differs],
    ['the services counter below that of a slot', allOf(slot(7, 3), slot(8, 2)), counted(1, 0, 2, ...two), differs],
    ['the services counter below that of a slot that was not read', undefined, counted(1, 0, 2, ...two), differs],
    ['the department of an object that cannot be judged here is not missing', allOf(slot(7, 3), unknownSigner), counted(1, 0, 3, ...two), equal],
    ['but a second one is', allOf(unknownSigner), counted(1, 0, 3, ...two), differs],
  ])('%s', (_name, services, counters, expected) => expect(lineOf(judge({ services, counters }), 'counters')).toBe(expected));

  test('all slots right: the card is valid', () => expect(judge({ services: allOf(slot(7, 3), slot(8, 2)), counters: counted(1, 0, 3, ...two) }).result).toBe('valid'));
  test('what this terminal cannot judge takes no card for rolled back', () => {
    const verdict = judge({ services: allOf(slot(7, 3), unknownSigner), counters: counted(1, 0, 3, ...two), trustNextUpdate: good.now - 1 });
    expect([verdict.result, lineOf(verdict, 'signature')]).toEqual(['undetermined', 'undetermined issuer-unknown SIGNER_UNKNOWN']);
  });
  test('an endorsement that differs is named before them', () =>
    expect(lineOf(judge({ services: allOf(), counters: counted(1, 1, 3, ...two) }), 'counters')).toBe('rolled-back counter-differs-endorsement'));
});

describe('precedence', () => {
  const residence = permit.verifyResidence(signResidence({ ...residencePayload, counter: 1 }), card, context());
  const inputs = fc.record({
    card: fc.constantFrom<permit.VerdictInput['card']>(card, failed('SIGNATURE_INVALID', 'sod-signature'), failed('TRUST_MISSING', 'trust-list-missing')),
    chip: fc.constantFrom<permit.ChipAnswer>('proved', 'wrong', 'refused', 'silent', 'skipped'),
    endorsement: fc.constantFrom<permit.VerdictInput['endorsement']>('none', 'not-read', endorsed({})),
    clockTrusted: fc.boolean(),
    now: fc.constantFrom(good.now, late.now),
    statusList: fc.constantFrom(undefined, ...([0, 1, 2, 3] as const).flatMap((status) => [listWith([[5, status]]), listWith([[5, status]], 1)]), listWith([], good.now, 4)),
    services: fc.constantFrom(undefined, allOf(), someOf(), allOf(slot(7, 1)), someOf(slot(7, 2), slot(8, 1, seeds.other))),
    counters: fc.constantFrom(undefined, good.counters, counted(1, 0, 1, [7, 1]), counted(1, 1, 0), counted(3, 0, 0)),
  });
  test('the worst line decides, and the contract accepts every verdict', () => {
    fc.assert(
      fc.property(inputs, (over) => {
        const verdict = judge({ ...over, residence });
        const ranks = verdict.lines.map((line) => permit.verdictOrder.indexOf(line.result));
        expect(permit.verdictOrder.indexOf(verdict.result)).toBe(Math.min(...ranks));
        expect(verdict.lines).toHaveLength(5);
        if (over.chip === 'wrong' || over.chip === 'refused') expect(verdict.result).toBe('cloned');
        else if (!over.card.ok) expect(['forged', 'undetermined']).toContain(verdict.result);
        if (verdict.result === 'valid') expect([over.card.ok, over.chip, over.clockTrusted]).toEqual([true, 'proved', true]);
        if (!over.card.ok) expect(verdict.permitNumber).toBeUndefined();
        contractVerdict.parse(verdict);
      }),
      { numRuns: 500 },
    );
  });
});
