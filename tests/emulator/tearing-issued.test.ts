import { describe, expect, it } from 'vitest';
import type { CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { can, channel, expectOk, getData, issued, type IssuedCard, pin, reply, SELECT, session, sha256, torn, withPin } from './fixtures.js';
import { authenticateTerminal, certificate, chat, cvca, dv, getChallenge, newPair, present, presentChain, proof, ROLE, setAt, terminal } from './mini-cvc.js';
import { type Sm, tlv, untlv, valueOf } from './mini-terminal.js';

const other = Buffer.from('314159');
const wrong = Buffer.from('000000');

interface View {
  /** everything that a terminal can learn, but what is told apart below */
  readonly rest: string;
  readonly tries: number;
  /** which of the two PINs the card takes */
  readonly pin: string;
  readonly log: number;
  readonly date: string;
  readonly trust: string;
}

/** Looks at a copy, so that looking writes nothing on the card itself; the copy's power-up recovers what the cut left. */
function view(image: CardImage): View | 'terminated' {
  const on = issued(image);
  if (reply(on.send(SELECT)).sw === 0x6285) return 'terminated';
  const sm = session(on, ['manage', 'inspect']);
  const { data } = sm.command('00CB3FFF', getData(0xc2, 0xc3, 0xc5, 0xc8, 0xc9, 0xca), 65_536, true);
  const record = (file: string, number: number): Buffer => sm.command(`00B2${number.toString(16).padStart(2, '0')}${file}`, undefined, 65_536, true).data;
  const counted = (file: string, count: number): Buffer[] => Array.from({ length: count }, (_, i) => record(file, i + 1));
  const endorsements = counted('34', valueOf(data, 0xc9, 0x91).readUInt32BE(0) === 0 ? 0 : 12);
  const slots = counted('3C', valueOf(data, 0xc9, 0x94).length / 6);
  const sequences = untlv(valueOf(data, 0xca)).map(({ value }) => value.readUInt32BE(0));
  expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, i) => (sequences[0] ?? 0) - i));
  const objects = untlv(data).filter(({ tag }) => tag !== 0xc9 && tag !== 0xca).map(({ tag, value }) => tlv(tag, value));
  const counters = [0x90, 0x91, 0x92, 0x94].map((tag) => valueOf(data, 0xc9, tag));
  const takes = (candidate: Buffer): string => session(issued(image), ['kiosk']).command('00200001', candidate).sw.toString(16);
  return {
    rest: sha256(Buffer.concat([...objects, ...counters, ...endorsements, ...slots])).toString('hex'),
    tries: valueOf(data, 0xc9, 0x95).readUInt8(0),
    pin: takes(pin) === '9000' ? 'old' : takes(other) === '9000' ? 'new' : 'none',
    log: (sequences[0] ?? 0) - 1,
    date: valueOf(data, 0xc9, 0x93).toString('hex'),
    trust: sm.trustPoints.join(' '),
  };
}

type Act = () => void;

/** Cuts power at each internal write of what `prepare` readies, and tells what was found after each cut and where the act ends when nothing is cut. */
function cutEverywhere(start: CardImage, prepare: (on: IssuedCard) => Act): { found: (View | 'terminated')[]; images: CardImage[]; whole: View | 'terminated' } {
  const found: (View | 'terminated')[] = [];
  const images: CardImage[] = [];
  for (let write = 1; ; write++) {
    const on = issued(start);
    const act = prepare(on);
    on.card.faults = { tearAtWrite: write };
    const cut = torn(act);
    const image = on.card.image();
    if (!cut) return { found, images, whole: view(image) };
    expect(on.card.powered).toBe(false);
    found.push(view(image));
    images.push(image);
  }
}

/** Old or new and nothing between, in this order; and another try brings each of them to `whole`. */
function expectOldOrNew(start: CardImage, prepare: (on: IssuedCard) => Act): void {
  const before = view(issuedAfter(start, prepare));
  const { found, images, whole } = cutEverywhere(start, prepare);
  expect(whole).not.toEqual(before);
  const firstNew = found.findIndex((seen) => JSON.stringify(seen) === JSON.stringify(whole));
  expect(firstNew).toBeGreaterThan(0);
  found.forEach((seen, i) => expect(seen, `write ${i + 1}`).toEqual(i < firstNew ? before : whole));
  for (const image of images.slice(0, firstNew)) {
    const on = issued(image);
    prepare(on)();
    const log = (found[0] as View).log;
    const again = view(on.card.image());
    // The next try needs a session of its own, and that stands in the log
    if (again === 'terminated' || whole === 'terminated') expect(again).toBe(whole);
    else expect({ ...again, log }).toEqual({ ...whole, log });
  }
}

/** The card once everything is ready and the act not yet begun. */
function issuedAfter(start: CardImage, prepare: (on: IssuedCard) => Act): CardImage {
  const on = issued(start);
  prepare(on);
  return on.card.image();
}

const u32 = (value: number): Buffer => Buffer.of(0, 0, value >> 8, value & 255);
const object = (tag: number, counter: number, length: number, ...before: Buffer[]): Buffer =>
  tlv(tag, ...before, tlv(0x90, u32(counter)), tlv(0x53, Buffer.alloc(length, counter)));
const department = (number: number): Buffer => tlv(0x91, Buffer.of(0, number));

/** A card with much on it: PIN, a full ring of endorsements, a written residence, twelve slots, some log. */
const full = (() => {
  const on = withPin();
  const sm = session(on, ['endorse', 'service'], [0xffff]);
  for (let i = 1; i <= 13; i++) expectOk(sm.command('00DB3FFF', object(0xc6, i, 600)));
  expectOk(sm.command('00DB3FFF', object(0xc5, 2, 1000)));
  for (let i = 1; i <= 12; i++) expectOk(sm.command('00DB3FFF', object(0xc7, 5 + i, 630, department(i))));
  return on.card.image();
})();

describe('power cut at each internal write of an issued card (permit-application.md 7)', () => {
  it.each([
    ['Residence', object(0xc5, 3, 1024)],
    ['an endorsement over a full ring', object(0xc6, 14, 640)],
    ['a slot over an old one', object(0xc7, 18, 640, department(7))],
  ])('PUT DATA of %s', (_, data) => {
    expectOldOrNew(full, (on) => {
      const sm = session(on, ['endorse', 'service'], [0xffff]);
      return () => expectOk(sm.command('00DB3FFF', data));
    });
  });

  it('PUT DATA of a new slot', () => {
    expectOldOrNew(issued().card.image(), (on) => {
      const sm = session(on, ['service'], [7]);
      return () => expectOk(sm.command('00DB3FFF', object(0xc7, 6, 640, department(7))));
    });
  });

  const link = { ...cvca, car: cvca.chr, chr: 'CNWZTEST00002', effective: '261201', expires: '381231', chat: chat(ROLE.cvca, ['inspect']), pair: newPair() };
  it.each([
    ['a link: trust point and date at once', certificate(link, cvca.pair)],
    ['a document verifier: the date', certificate({ ...dv, effective: '261202' }, cvca.pair)],
  ])('PSO:VERIFY CERTIFICATE of %s', (_, contents) => {
    // The links of the list are told without a proof: view() of the card after the link uses the older trust point
    expectOldOrNew(issued().card.image(), (on) => {
      const sm = channel(on);
      return () => expect(present(sm, cvca.chr, contents)).toBe(0x9000);
    });
  });

  it('EXTERNAL AUTHENTICATE: no record or one, over a full log too; the next try is logged as well', () => {
    const busy = issued();
    for (let i = 0; i < 33; i++) session(busy, []);
    for (const start of [issued().card.image(), busy.card.image()]) {
      expectOldOrNew(start, (on) => {
        const sm = channel(on);
        const end = terminal(['inspect']);
        presentChain(sm, end);
        expect(setAt(sm, end.chr)).toBe(0x9000);
        const signature = proof(sm, end, getChallenge(sm).data);
        return () => expect(sm.command('00820000', signature).sw).toBe(0x9000);
      });
    }
  });

  it.each([
    ['CHANGE REFERENCE DATA of an unset PIN', issued().card.image(), (sm: Sm) => sm.command('00240101', pin)],
    ['RESET RETRY COUNTER', full, (sm: Sm) => sm.command('002C0301')],
  ])('%s', (_, start, act) => {
    expectOldOrNew(start, (on) => {
      const sm = session(on, ['manage']);
      return () => expectOk(act(sm));
    });
  });

  /** A card with `spent` wrong tries. */
  const spent = (count: number): CardImage => {
    const on = issued(full);
    const sm = session(on, ['kiosk']);
    for (let i = 0; i < count; i++) sm.command('00200001', wrong);
    return on.card.image();
  };
  const tries = (seen: View | 'terminated'): number => (seen === 'terminated' ? -1 : seen.tries);

  it.each([
    ['the first', 0, [3, 2]],
    ['the second', 1, [2, 1]],
    ['the last', 2, [1, 0]],
  ])('a wrong PIN, %s try: once it is counted no cut gives it back', (_, before, steps) => {
    const { found, whole } = cutEverywhere(spent(before), (on) => {
      const sm = session(on, ['kiosk']);
      return () => expect(sm.command('00200001', wrong).sw).toBe(0x63c2 - before);
    });
    expect(tries(whole)).toBe(steps[1]);
    expect([...new Set(found.map(tries))]).toEqual(steps);
  });

  it('a right PIN: counted, then given back; the next try works from wherever it was cut', () => {
    const prepare = (on: IssuedCard): Act => {
      const sm = session(on, ['kiosk']);
      return () => expectOk(sm.command('00200001', pin));
    };
    const { found, images, whole } = cutEverywhere(spent(1), prepare);
    expect(tries(whole)).toBe(3);
    expect([...new Set(found.map(tries))]).toEqual([2, 1, 3]);
    for (const image of images) {
      const on = issued(image);
      prepare(on)();
      expect(tries(view(on.card.image()))).toBe(3);
    }
  });

  it('a change: the old PIN with its tries, or the new one with three', () => {
    const prepare = (on: IssuedCard): Act => {
      const sm = session(on, ['kiosk']);
      return () => expectOk(sm.command('00240001', Buffer.concat([pin, other])));
    };
    const { found, images } = cutEverywhere(spent(1), prepare);
    const states = found.map((seen) => (seen === 'terminated' ? seen : `${seen.pin} ${seen.tries}`));
    expect([...new Set(states)]).toEqual(['old 2', 'old 1', 'new 3']);
    images.filter((_, i) => states[i] !== 'new 3').forEach((image) => {
      const on = issued(image);
      prepare(on)();
      expect(view(on.card.image())).toMatchObject({ pin: 'new', tries: 3 });
    });
  });

  it('a change with a wrong old PIN changes nothing but the tries', () => {
    const { found } = cutEverywhere(spent(1), (on) => {
      const sm = session(on, ['kiosk']);
      return () => expect(sm.command('00240001', Buffer.concat([wrong, other])).sw).toBe(0x63c1);
    });
    expect([...new Set(found.map((seen) => (seen === 'terminated' ? seen : `${seen.pin} ${seen.tries}`)))]).toEqual(['old 2', 'old 1']);
  });

  it('TERMINATE DF: all alive, or dead with every secret gone', () => {
    const secrets = [1, 2].map((number) => Buffer.from(new Memory(full.nvm).chipKey(number as 1 | 2).secret));
    const prepare = (on: IssuedCard): Act => {
      const sm = session(on, ['manage']);
      return () => expectOk(sm.command('00E60000'));
    };
    expectOldOrNew(full, prepare);
    const { found, images } = cutEverywhere(full, prepare);
    images.forEach((image, i) => {
      const on = issued(image);
      const nvm = Buffer.from(on.card.image().nvm);
      expect([...secrets, pin, can].some((secret) => nvm.includes(secret))).toBe(found[i] !== 'terminated');
      if (found[i] !== 'terminated') authenticateTerminal(channel(on), terminal(['inspect']));
    });
  });
});
