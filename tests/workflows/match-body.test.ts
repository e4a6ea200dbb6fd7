import { describe, expect, it } from 'vitest';
import { matchBody } from '../../src/workflows/index.js';
import { at, atCounter, failure, instructions } from './held-card.js';
import { issuedCard } from './issued-card.js';

const other = (digitsOf: string): string => digitsOf.replace(/^./, (first) => String((Number(first) + 1) % 10));
const verify = 0x20;

describe('the printed body against its chip', () => {
  it('matches', async () => {
    const card = await issuedCard();
    const { permitNumber, can } = card.value;
    expect(await matchBody(atCounter(card), { permitNumber, can })).toEqual({ ok: true, value: { permitNumber } });
    expect(card.reader.log.some(({ command }) => Buffer.from(command).includes(can))).toBe(false);
  });

  it('differs: of two cards that were exchanged each is told, by number and by CAN', async () => {
    const card = await issuedCard();
    const { permitNumber, can } = card.value;
    expect(await matchBody(atCounter(card), { permitNumber: '330302202510000027', can }).then(failure)).toEqual(['BODY_DIFFERS', 'number']);
    expect(instructions(card)).not.toContain(verify);
    for (let i = 0; i < 6; i += 1) expect(await matchBody(atCounter(card), { permitNumber, can: other(can) }).then(failure)).toEqual(['BODY_DIFFERS', 'can']);
    expect(await matchBody(atCounter(card), { permitNumber, can }).then(failure)).toBe('ok');
  });

  it.each(['12345', '1234567', '12345a', '１２３４５６'])('%s is no CAN', async (can) => {
    const card = await issuedCard();
    expect(await matchBody(atCounter(card), { permitNumber: card.value.permitNumber, can }).then(failure)).toEqual(['INPUT_INVALID', 'can']);
    expect(card.reader.log).toEqual([]);
  });

  it('is not checked by who has no right to, by this terminal and by the card', async () => {
    const card = await issuedCard();
    const { permitNumber, can } = card.value;
    expect(await matchBody(at(card, 'police', 'inspect'), { permitNumber, can }).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', 'manage']);
    expect(card.reader.log).toEqual([]);
    card.terminal.access.change = { rights: ['inspect'] };
    expect(await matchBody(atCounter(card), { permitNumber, can }).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', 'manage']);
  });
});
