import { beforeAll, describe, expect, it } from 'vitest';
import { accessPurpose, readAccessLog } from '../../src/card/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { PulledAccess } from '../../src/service/pulled-access.js';
import { endCard, readPermit, resetHolderPin, setHolderPin, type UpdateContext, type VerifyContext } from '../../src/workflows/index.js';
import { CardInReader, MemoryTerminal, noon } from '../workflows/fixtures.js';
import { certificate, terminalKey, terminalReference } from '../workflows/test-access.js';
import { hall, openWith, reading, refusal, update, verdict } from './bench.js';
import { delegation, fileOf, resigned, withFiles } from './forgery.js';

/**
 * A terminal is stolen with its keys. It was given a certificate for cards until 11 December, and a delegation for signing until 4 December.
 *
 * | it is used | is refused by | as |
 * |---|---|---|
 * | after its certificate's end, or before its beginning | itself | ACCESS_CERTIFICATE_EXPIRED |
 * | after its end, its clock set back | a card that met a younger certificate | ACCESS_REFUSED dates |
 * | to sign after it was blocked | every verifier; itself, once it pulled | forged delegation-blocked; TERMINAL_BLOCKED |
 * | while its certificate lasts | nobody: the card's log names it | |
 */
const day = 86_400;
const [issued, ends] = ['2026-11-24', '2026-12-11'];
let image: CardImage;
let index: number;
beforeAll(async () => {
  const { cards } = await hall();
  image = cards[0]!.reader.card.image();
  index = cards[0]!.value.statusIndex;
});

/** The stolen terminal with the product's own reading of what it has stored, and a clock that the thief may set. */
const stolen = (now: number, bend: (stored: unknown[]) => void = () => undefined): ((reader: CardInReader) => UpdateContext) => {
  const stored: unknown[] = [terminalKey.privateKey.slice(), [certificate('cvca')], certificate('dv-domestic'), certificate('terminal', { effective: issued, expires: ends })];
  bend(stored);
  const access = new PulledAccess({ settings: { get: () => stored, put: () => undefined, keys: () => [] } }, () => now);
  const terminal = new MemoryTerminal();
  terminal.now = now;
  terminal.statusListIssuedAt = now - 3600;
  return (reader) => ({ ...terminal.context(reader.insert()), access });
};
const shows = async (ctx: VerifyContext): Promise<string> => {
  const outcome = await readPermit(ctx);
  if (!outcome.ok) return refusal(outcome);
  return `${outcome.value.contents === undefined ? 'shows nothing' : 'shows the holder'}${outcome.value.closed === undefined ? '' : `, ${refusal(outcome.value.closed)}`}`;
};
/** An honest, younger terminal looks at the card. */
const meetsYounger = async (reader: CardInReader, on: string): Promise<void> => {
  const honest = new MemoryTerminal();
  honest.setDay(on);
  expect(await reading(honest, reader.insert())).toMatch('shows the holder');
};

describe('while its certificate lasts', () => {
  it('it reads, and the log of each card names it with what it claimed', async () => {
    const reader = new CardInReader(image);
    expect(await shows(stolen(noon)(reader))).toBe('shows the holder');
    const { application } = await openWith(new MemoryTerminal(), reader.insert(), ['manage']);
    expect((await readAccessLog(application))[1]).toMatchObject({ holderReference: terminalReference, cardDate: '2026-11-24', claimedTime: noon, purpose: accessPurpose.reading });
  });
});

describe('after its end', () => {
  const after = noon + 18 * day;

  it('it refuses itself, whatever it is asked for', async () => {
    const reader = new CardInReader(image);
    expect(await shows(stolen(after)(reader))).toBe('shows nothing, ACCESS_CERTIFICATE_EXPIRED');
    reader.log.length = 0;
    const ctx = stolen(after);
    const context = ctx(reader);
    const pin = (): Uint8Array => new TextEncoder().encode('802413');
    expect([refusal(await setHolderPin(context, pin(), {})), refusal(await resetHolderPin(context, {})), refusal(await endCard(context, '330302202610000019'))]).toEqual(Array(3).fill('ACCESS_CERTIFICATE_EXPIRED'));
    expect(reader.log).toEqual([]);
  });

  it('with its clock set back it is refused by a card that met a younger certificate', async () => {
    const reader = new CardInReader(image);
    await meetsYounger(reader, '2026-12-12');
    expect(await shows(stolen(noon)(reader))).toBe('shows nothing, ACCESS_REFUSED dates');
    // The day of its end is still its own.
    const onLastDay = new CardInReader(image);
    await meetsYounger(onLastDay, ends);
    expect(await shows(stolen(noon)(onLastDay))).toBe('shows the holder');
  });

  it('what remains: a card that met none since believes it, and logs it', async () => {
    const reader = new CardInReader(image);
    expect(await shows(stolen(noon)(reader))).toBe('shows the holder');
    await meetsYounger(reader, '2026-12-12');
    const honest = new MemoryTerminal();
    honest.setDay('2026-12-12');
    const { application } = await openWith(honest, reader.insert(), ['manage']);
    const log = await readAccessLog(application);
    expect(log.map(({ holderReference }) => holderReference)).toContain(terminalReference);
    expect(log.map(({ sequence }) => sequence)).toEqual(log.map((_, i) => log.length - i));
  });
});

describe('what is stored in it', () => {
  it.each<readonly [string, (stored: unknown[]) => void]>([
    ['a certificate that begins tomorrow by its clock', (stored) => (stored[3] = certificate('terminal', { effective: '2026-11-25', expires: ends }))],
    ['a longer certificate that nobody signed', (stored) => (stored[3] = certificate('terminal', { effective: issued, expires: '2040-12-31' }, terminalKey))],
    ['one whose bytes were changed', (stored) => (stored[3] = (stored[3] as Uint8Array).map((byte, i) => (i === 100 ? byte ^ 1 : byte)))],
    ['a document verifier of the thief', (stored) => (stored[2] = certificate('dv-domestic', {}, terminalKey))],
  ])('%s is not used', async (_, bend) => {
    // What does not verify is no certificate; what begins later is none today.
    expect(await shows(stolen(noon, bend)(new CardInReader(image)))).toMatch(/^shows nothing, ACCESS_CERTIFICATE_(MISSING|EXPIRED)$/);
  });
});

describe('its signatures', () => {
  const blocked = (): MemoryTerminal => Object.assign(new MemoryTerminal(), { blocked: true });

  it('it is told when it pulls, and signs no more', async () => {
    expect(await update(blocked(), new CardInReader(image).insert(), 'endorse')).toBe('TERMINAL_BLOCKED');
  });

  it('what it signs after the block is nobody’s: endorsement, address, a whole card', async () => {
    // The thief never pulls: his terminal goes on. The block began a minute before noon.
    const reader = new CardInReader(image);
    const thief = new MemoryTerminal();
    for (const what of ['endorse', 'move'] as const) {
      expect(await update(thief, reader.insert(), what)).toBe('done');
      expect(await reading(blocked(), reader.insert())).toMatch('forged delegation-blocked');
    }
    // A card of its own, not confirmed by the platform.
    const unconfirmed = blocked();
    unconfirmed.statuses.set(index, 3);
    expect(await verdict(unconfirmed, new CardInReader(image).insert())).toBe('forged delegation-blocked');
    // The control: what the platform has confirmed outlives the block.
    expect(await verdict(blocked(), new CardInReader(image).insert())).toBe('valid');
  });

  it('outside the days of its delegation it signs nothing that is believed', async () => {
    const late = new MemoryTerminal();
    late.delegationDays = [-20, -1];
    expect(await update(late, new CardInReader(image).insert(), 'endorse')).toBe('DELEGATION_EXPIRED');
    const expired = delegation({ notBefore: noon - 20 * day, expires: noon - day });
    expect(await verdict(late, new CardInReader(withFiles(image, { sod: resigned(fileOf(image, 'sod'), { kcwt: expired }) })).insert())).toBe('forged delegation-window');
  });
});
