import { describe, expect, it } from 'vitest';
import { accessPurpose } from '../../src/card/index.js';
import { changeResidence, readCardLog, readPermit, renewEndorsement, setHolderPin, verifyPermit, writeService, type AccessLog } from '../../src/workflows/index.js';
import { noon } from './fixtures.js';
import { at, atCounter, atKiosk, contextOf, digits, failure, heldCard, instructions, otherPin, rightPin, wiped } from './held-card.js';
import { cardOf, issuedCard, move, service } from './issued-card.js';
import { terminalReference } from './test-access.js';

const valueOf = (outcome: Awaited<ReturnType<typeof readCardLog>>): AccessLog => {
  if (!outcome.ok) throw new Error(outcome.code);
  return outcome.value;
};

describe('who came to this card', () => {
  it('is told newest first, with what each claimed to come for; a verdict leaves nothing', async () => {
    const card = await issuedCard();
    await setHolderPin(atCounter(card), digits(rightPin), { by: 'op-1' });
    await readPermit(at(card, 'police', 'inspect'));
    await readPermit(at(card, 'counter', 'inspect'));
    await verifyPermit(contextOf(card));
    card.terminal.now += 60;
    await readPermit(atKiosk(card), digits(rightPin));
    await renewEndorsement(atCounter(card), { by: 'op-1' });
    await changeResidence(at(card, 'counter', 'endorse'), move);
    await writeService(at(card, 'counter', 'service'), service);
    // The card is taken elsewhere: it remembers by itself.
    const elsewhere = { ...card, reader: cardOf(card.reader.card.image()) };
    const log = valueOf(await readCardLog(at(elsewhere, 'counter', 'manage')));
    expect(log.permitNumber).toBe(card.value.permitNumber);
    const { reading, service: served, residence, endorsement, selfService, check, pin, issue } = accessPurpose;
    expect(log.entries.map(({ purpose }) => purpose)).toEqual([reading, served, residence, endorsement, selfService, reading, check, pin, issue]);
    expect(log.entries.map(({ sequence }) => sequence)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(log.entries.map(({ claimedTime }) => claimedTime - noon)).toEqual([60, 60, 60, 60, 60, 0, 0, 0, 0]);
    expect(log.entries.map(({ rights }) => rights.join())).toEqual(['manage', 'service', 'endorse', 'inspect,endorse,service,manage', 'kiosk', 'inspect', 'inspect', 'inspect,endorse,service,manage', 'inspect,kiosk,endorse,service,manage']);
    expect(new Set(log.entries.map(({ holderReference, cardDate }) => `${holderReference} ${cardDate}`))).toEqual(new Set([`${terminalReference} 2026-11-24`]));
  });

  it('is shown to the holder by the PIN, which is wiped', async () => {
    const card = await heldCard();
    expect(await readCardLog(atKiosk(card)).then(failure)).toEqual(['PIN_REQUIRED', undefined]);
    expect([card.reader.log, await readCardLog(atKiosk(card), digits('12')).then(failure)]).toEqual([[], ['PIN_FORM', undefined]]);
    const [wrong, right] = [digits(otherPin), digits(rightPin)];
    expect(await readCardLog(atKiosk(card), wrong).then(failure)).toEqual(['PIN_WRONG', '2']);
    expect(valueOf(await readCardLog(atKiosk(card), right)).entries.map(({ purpose }) => purpose)).toEqual([accessPurpose.selfService, accessPurpose.selfService, accessPurpose.pin, accessPurpose.issue]);
    expect(wiped(wrong, right)).toBe(true);
  });

  it('is nothing for who may only inspect', async () => {
    const card = await heldCard();
    expect(await readCardLog(at(card, 'police', 'inspect')).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', 'manage']);
    expect(card.reader.log).toEqual([]);
    // By the terminal's own word; the card sees the certificate.
    card.terminal.access.change = { rights: ['inspect'] };
    expect(await readCardLog(at(card, 'counter', 'manage')).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', 'manage']);
  });

  it('keeps the newest 32 and counts on', async () => {
    const card = await issuedCard();
    for (let i = 0; i < 33; i += 1) await readPermit(at(card, 'police', 'inspect'));
    const { entries } = valueOf(await readCardLog(atCounter(card)));
    expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 32 }, (_, i) => 35 - i));
  });

  it('has one who was refused later on, none whom the card did not let in', async () => {
    const card = await heldCard();
    await readPermit(atKiosk(card), digits(otherPin));
    card.terminal.access.sign = () => new Uint8Array(64).fill(1);
    expect(await readPermit(at(card, 'police', 'inspect'))).toMatchObject({ ok: true, value: { closed: { code: 'ACCESS_REFUSED', detail: 'signature' } } });
    expect(instructions(card)).toContain(0x82);
    const { entries } = valueOf(await readCardLog({ ...atCounter(card), access: (await issuedCard()).terminal.access }));
    expect(entries.map(({ purpose }) => purpose)).toEqual([accessPurpose.reading, accessPurpose.selfService, accessPurpose.pin, accessPurpose.issue]);
  });
});
