import { describe, expect, it } from 'vitest';
import { describeImage, EmulatedCard } from '../../src/emulator/index.js';
import { blank, contents, getData, issued, keys, personalise, sender, sha256, streamOf, Torn } from './fixtures.js';
import { apdu, chipAuthenticate, reply, Scp03, SELECT, type Send, type Sm, tlv, valueOf } from './mini-terminal.js';

const stream = streamOf(contents);

/** Runs `work` until power fails; true when it did. */
function torn(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof Torn) return true;
    throw error;
  }
}

/** What a fresh reader sees after power came back: everything there is to be between old and new. */
function observe(card: EmulatedCard): string {
  card.powerUp();
  const send = sender(card);
  const lifeCycle = valueOf(reply(send(SELECT)).data, 0x6f, 0x8a).toString('hex');
  if (lifeCycle === '05') {
    const sod = reply(send(apdu('00CB3FFF', getData(0xc8, 0xc2), 65_536, true)));
    return `issued ${sha256(sod.data).toString('hex')}`;
  }
  // A void card must hide everything and prove nothing
  for (const tag of [0xc2, 0xc3, 0xc8]) expect(reply(send(apdu('00CB3FFF', getData(tag), 256))).sw).toBe(0x6985);
  expect(describeImage(card.image()).lifeCycle).toBe(lifeCycle === '01' ? 'blank' : 'initialised');
  return `void ${lifeCycle}`;
}

const wanted = (): string => {
  const card = new EmulatedCard(blank());
  card.powerUp();
  personalise(sender(card), stream);
  return observe(card);
};

describe('power cut at each internal write (permit-application.md 7)', () => {
  it('personalisation comes up void or issued, tells an exact resume point, and is finished by the next attempt', { timeout: 120_000 }, () => {
    const expected = wanted();
    const seen = { blank: 0, void: 0, issued: 0 };
    let write = 1;
    for (; ; write++) {
      const card = new EmulatedCard(blank());
      card.powerUp();
      card.faults = { tearAtWrite: write };
      if (!torn(() => personalise(sender(card), stream))) break;
      expect(card.powered).toBe(false);
      const found = observe(card);
      if (found.startsWith('issued')) {
        expect(found).toBe(expected);
        seen.issued++;
        continue;
      }
      seen[found === 'void 01' ? 'blank' : 'void']++;
      checkResumePoint(sender(card));
      personalise(sender(card), stream);
      expect(observe(card)).toBe(expected);
    }
    expect(write).toBeGreaterThan(100);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  });

  /** Blocks of 1,024: what is stored is a whole number of them and its hash that of the prefix. */
  function checkResumePoint(send: Send): void {
    const scp = new Scp03(send);
    expect(scp.open(keys)).toBe(0x9000);
    const { data } = scp.command('84460000', Buffer.alloc(0));
    const stored = valueOf(data, 0xc0).readUInt32BE(0);
    expect(stored % 1024 === 0 || stored === stream.length).toBe(true);
    expect(valueOf(data, 0xc1)[0]).toBe(Math.ceil(stored / 1024));
    expect(valueOf(data, 0xc2)).toEqual(sha256(stream.subarray(0, stored)));
  }

  it('recovery itself may be cut, at each of its writes', () => {
    const expected = wanted();
    // The cut that leaves a committed journal: the last one after which the card comes up issued
    for (let back = 2; back <= 6; back++) {
      const total = (() => {
        const card = new EmulatedCard(blank());
        card.powerUp();
        personalise(sender(card), stream);
        return card.writes;
      })();
      const card = new EmulatedCard(blank());
      card.powerUp();
      card.faults = { tearAtWrite: total - back };
      torn(() => personalise(sender(card), stream));
      for (let cut = 1; ; cut++) {
        const again = new EmulatedCard(card.image());
        again.faults = { tearAtWrite: cut };
        if (again.powerUp().length > 0) break;
        expect(again.powered).toBe(false);
        const found = observe(again);
        expect([expected, 'void 03']).toContain(found);
      }
    }
  });

  it.each([
    ['Residence', 0xc5, 1024],
    ['an endorsement over a full ring', 0xc6, 640],
    ['Services', 0xc7, 1000],
  ])('PUT DATA of %s leaves the old object and counter or the new ones', (_, tag, length) => {
    const { card, points } = issued();
    const put = (sm: Sm, counter: number): void => {
      const value = Buffer.alloc(4);
      value.writeUInt32BE(counter);
      expect(sm.command('00DB3FFF', tlv(tag, tlv(0x90, value), tlv(0x53, Buffer.alloc(length, counter)))).sw).toBe(0x9000);
    };
    const open = (on: EmulatedCard): { send: Send; sm: Sm } => {
      on.powerUp();
      const send = sender(on);
      send(SELECT);
      const sm = chipAuthenticate(send, points[0] ?? Buffer.alloc(0));
      if (typeof sm === 'number') throw new Error('chip authentication');
      return { send, sm };
    };
    const view = (on: EmulatedCard): string => {
      const { send, sm } = open(on);
      const objects = sm.command('00CB3FFF', getData(tag, 0xc9), 65_536, true).data;
      const records = Array.from({ length: 12 }, (__, i) => reply(send(apdu(`00B2${(i + 1).toString(16).padStart(2, '0')}34`, undefined, 65_536, true))).data);
      return sha256(Buffer.concat([objects, ...records])).toString('hex');
    };
    const { sm } = open(card);
    for (let i = 10; i < 23; i++) put(sm, i);
    const before = view(card);
    const start = card.image();
    const whole = new EmulatedCard(start);
    const session = open(whole);
    put(session.sm, 200);
    const after = view(whole);
    expect(after).not.toBe(before);
    const seen = new Set<string>();
    for (let write = 1; ; write++) {
      const cut = new EmulatedCard(start);
      const opened = open(cut);
      cut.faults = { tearAtWrite: write };
      if (!torn(() => put(opened.sm, 200))) break;
      const found = view(cut);
      expect([before, after]).toContain(found);
      seen.add(found);
    }
    expect(seen.size).toBe(2);
  });
});

describe('power cut at each APDU', () => {
  it.each(['before', 'after'] as const)('%s it is processed: resumed and finished', (when) => {
    const expected = wanted();
    for (let at = 1; at <= 18; at++) {
      const card = new EmulatedCard(blank());
      card.powerUp();
      card.faults = { tearAtApdu: { at, when } };
      expect(torn(() => personalise(sender(card), stream))).toBe(true);
      if (at === 18 && when === 'after') {
        expect(observe(card)).toBe(expected);
        continue;
      }
      expect(observe(card)).toMatch(/^void/);
      personalise(sender(card), stream);
      expect(observe(card)).toBe(expected);
    }
  });
});
