import { describe, expect, it } from 'vitest';
import { endCard, readPermit, renewEndorsement, resetHolderPin, verifyPermit } from '../../src/workflows/index.js';
import { at, atCounter, contextOf, failure, instructions } from './held-card.js';
import { issuedCard, issuedOn, type IssuedCard } from './issued-card.js';
import { apduOf, ins } from './recorded.js';

const ended = (card: IssuedCard): Promise<unknown> => endCard(atCounter(card), card.value.permitNumber).then(failure);

describe('the end of a card', () => {
  it('is for ever, and told by the card from then on', async () => {
    const card = await issuedCard();
    expect(await endCard(atCounter(card), card.value.permitNumber)).toEqual({ ok: true, value: { permitNumber: card.value.permitNumber } });
    for (const work of [verifyPermit, readPermit, (ctx: ReturnType<typeof contextOf>) => renewEndorsement(ctx, { by: 'op-1' }), (ctx: ReturnType<typeof contextOf>) => resetHolderPin(ctx, {})]) {
      expect(await work(contextOf(card)).then(failure)).toEqual(['CARD_TERMINATED', undefined]);
    }
    expect(await ended(card)).toEqual(['CARD_TERMINATED', undefined]);
  });

  it.each<readonly [string, (card: IssuedCard) => unknown]>([
    ['cancelled', ({ terminal, value }) => terminal.statuses.set(value.statusIndex, 1)],
    ['suspended', ({ terminal, value }) => terminal.statuses.set(value.statusIndex, 2)],
    ['not confirmed', ({ terminal, value }) => terminal.statuses.set(value.statusIndex, 3)],
    ['of a list that is stale', ({ terminal }) => (terminal.statusListIssuedAt = undefined)],
    ['overdue', ({ terminal }) => terminal.setDay('2027-02-01')],
  ])('comes to a card that is %s, too', async (_, change) => {
    const card = await issuedCard(issuedOn.due);
    change(card);
    expect(await ended(card)).toBe('ok');
  });

  it('does not come to the card of another permit, to a copy, or by who may not', async () => {
    const card = await issuedCard();
    expect(await endCard(atCounter(card), '330302202510000027').then(failure)).toEqual(['CARD_OTHER_PERMIT', undefined]);
    expect(instructions(card)).not.toContain(ins.terminate);
    expect(await endCard(at(card, 'police', 'inspect'), card.value.permitNumber).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', 'manage']);
    expect(card.reader.log).toEqual([]);
    card.reader.card.faults = { clone: 'other-key' };
    expect(await ended(card)).toEqual(['STATE_NOT_ALLOWED', 'chip-answer-wrong']);
    card.reader.card.faults = {};
    card.terminal.access.change = { rights: ['inspect', 'endorse'] };
    expect(await ended(card)).toEqual(['ACCESS_RIGHT_MISSING', 'manage']);
    expect(await verifyPermit(contextOf(card))).toMatchObject({ ok: true, value: { verdict: { result: 'valid' } } });
  });

  it('does not come to the card that its permit lives by', async () => {
    const card = await issuedCard();
    const { permitNumber, statusIndex } = card.value;
    expect(await endCard(atCounter(card), permitNumber, { keep: statusIndex }).then(failure)).toEqual(['STATE_NOT_ALLOWED', 'newest-card']);
    expect(instructions(card)).not.toContain(ins.terminate);
    expect(await endCard(atCounter(card), permitNumber, { keep: statusIndex + 1 }).then(failure)).toBe('ok');
  });

  it('torn: the command lost, it is ended at the next try; the answer lost, it was', async () => {
    const untorn = await issuedCard();
    await ended(untorn);
    const terminate = apduOf(untorn.reader, ins.terminate);
    for (const [when, then] of [['before', 'ok'], ['after', ['CARD_TERMINATED', undefined]]] as const) {
      const card = await issuedCard();
      card.reader.card.faults = { tearAtApdu: { at: terminate, when } };
      expect(await ended(card)).toEqual(['CARD_REMOVED', undefined]);
      expect(await ended(card)).toEqual(then);
      expect(await verifyPermit(contextOf(card)).then(failure)).toEqual(['CARD_TERMINATED', undefined]);
    }
  });
});
