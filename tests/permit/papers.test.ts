import { describe, expect, test } from 'vitest';
import { paperCodes, ruleIds } from '../../src/contract/index.js';
import { papersFor, purposes, type PaperCase } from '../../src/permit/index.js';

const today = '2026-11-24';
const adult: PaperCase = { purpose: 'first', grounds: ['employment'], birth: '1990-03-01', guardian: false, agent: false };
const codes = (its: Partial<PaperCase>, onDate = today): string[] => papersFor({ ...adult, ...its }, onDate).map(({ code }) => code);
const always = ['identity-card', 'photo'];

describe('papers of a first permit (Order 663 Art. 9)', () => {
  test.each([
    ['employment', ['proof-of-residence', 'proof-of-employment']],
    ['housing', ['proof-of-residence']],
    ['schooling', ['proof-of-residence', 'proof-of-schooling']],
    ['talent', ['proof-of-residence', 'proof-of-talent']],
  ] as const)('ground %s', (ground, more) => expect(codes({ grounds: [ground] })).toEqual([...always, ...more]));

  test('every ground that is named is shown, the address once', () => {
    expect(codes({ grounds: ['employment', 'housing', 'schooling'] })).toEqual([...always, 'proof-of-residence', 'proof-of-employment', 'proof-of-schooling']);
  });

  test('insurance counts under the 2009 rules alone', () => {
    expect(codes({ insuranceYears: 3 })).not.toContain('insurance-record');
    expect(codes({ insuranceYears: 3 }, '2014-05-06')).toContain('insurance-record');
    expect(codes({ insuranceYears: 0 }, '2014-05-06')).not.toContain('insurance-record');
  });
});

describe('who applies for somebody else', () => {
  test.each([
    ['2010-11-25', true],
    ['2010-11-24', false],
  ])('born on %s, guardian asked for: %s', (birth, child) => expect(codes({ birth }).includes('guardian-identity')).toBe(child));

  test('a child has a guardian, also before one was named, and never an agent', () => {
    expect(codes({ birth: '2020-01-01', agent: true })).toEqual([...always, 'proof-of-residence', 'proof-of-employment', 'guardian-identity', 'guardian-relation']);
  });

  test('an adult may have either', () => {
    expect(codes({ agent: true })).toEqual([...always, 'proof-of-residence', 'proof-of-employment', 'agent-identity', 'agent-authority']);
    expect(codes({ guardian: true })).toContain('guardian-relation');
  });

  test('without a birth date nobody is taken for a child', () => expect(codes({ birth: undefined })).not.toContain('guardian-identity'));
});

describe('another card (Order 663 Art. 11)', () => {
  test.each([
    ['damaged', ['old-card']],
    ['correction', ['old-card']],
    ['lost', ['loss-statement']],
    ['exchange', ['proof-of-residence', 'proof-of-employment', 'old-card']],
  ] as const)('%s', (purpose, more) => expect(codes({ purpose })).toEqual([...always, ...more]));
});

test('no paper is asked for twice, and each with a rule and a code that the contract knows', () => {
  for (const purpose of purposes) {
    for (const onDate of [today, '2014-05-06']) {
      const papers = papersFor({ purpose, grounds: ['employment', 'housing', 'schooling', 'talent'], birth: '2015-01-01', insuranceYears: 3, guardian: true, agent: true }, onDate);
      expect(new Set(papers.map(({ code }) => code)).size).toBe(papers.length);
      for (const { code, rule } of papers) {
        expect(paperCodes).toContain(code);
        expect(ruleIds).toContain(rule);
      }
    }
  }
});

test('before the first rules nothing is asked for', () => expect(codes({}, '2009-09-30')).toEqual([]));
