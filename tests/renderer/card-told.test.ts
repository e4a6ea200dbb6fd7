import { describe, expect, test } from 'vitest';
import { applicationForm, type DeskCard } from '../../src/contract/index.js';
import { forgetTold, formOfCard, takeTold, tellForm } from '../../src/renderer/modes/counter/card-told.js';

/** What a card on the desk told goes into the form of the next card, and nowhere else. Everybody here is invented. */

const [draft, other] = ['7b0d7c52-6a36-4f0e-9a37-0f6ad0a3a001', '7b0d7c52-6a36-4f0e-9a37-0f6ad0a3a002'];
const holder = { name: '林某某', sex: 2, birth: '1990-03-07', idNumber: '110101199003070028', ethnicGroup: 1, registeredAddress: '某省某市某路1号', photo: '' } as const;
const residence = { division: '330302003012', address: '五马街道1号', rentalHouse: 'H12', employer: '某公司', since: '2025-02-01' };
const card: DeskCard = { permitNumber: '330302202510000012', serial: '01020304050607081234', verdict: { result: 'valid', lines: [] }, pin: 'set', state: 'active', actions: [], holder, residence };

describe('what need not be typed again', () => {
  test('who it is and where they live, and nothing else of the card: a form as the contract has it', () => {
    const form = formOfCard({ kind: 'card', card });
    const { photo: _, ...person } = holder;
    expect(form).toEqual({ ...person, ...residence });
    expect(applicationForm.safeParse(form).success).toBe(true);
  });
  test('of a card without a residence, who it is', () => {
    const { residence: _, ...bare } = card;
    expect(formOfCard({ kind: 'card', card: bare })).not.toHaveProperty('address');
  });
  test('nothing where the card kept its holder closed, or none lies there', () => {
    const { holder: _, ...closed } = card;
    expect(formOfCard({ kind: 'card', card: { ...closed, closed: 'CARD_REMOVED' } })).toEqual({});
    expect(formOfCard({ kind: 'permit', permit: { permitNumber: card.permitNumber, source: 'platform', state: 'lost', actions: [] } })).toEqual({});
  });
});

describe('on its way', () => {
  const told = { purpose: 'damaged', permitNumber: card.permitNumber, form: { name: holder.name } } as const;
  const first = { purpose: 'first', form: {} };
  test('the form it was meant for takes it, once', () => {
    tellForm(draft, told);
    expect(takeTold(draft)).toEqual(told);
    expect(takeTold(draft)).toEqual(first);
  });
  test('another form gets nothing of it, and nothing of it is left', () => {
    tellForm(draft, told);
    expect(takeTold(other)).toEqual(first);
    expect(takeTold(draft)).toEqual(first);
  });
  test('where no form was opened, nothing waits', () => {
    tellForm(draft, told);
    forgetTold();
    expect(takeTold(draft)).toEqual(first);
  });
});
