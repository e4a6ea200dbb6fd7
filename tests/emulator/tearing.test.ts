import { describe, expect, it } from 'vitest';
import { describeImage, EmulatedCard } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { blank, can, contents, getData, keys, personalise, sender, sha256, streamOf, torn } from './fixtures.js';
import { authenticateTerminal, terminal } from './mini-cvc.js';
import { apdu, chipAuthenticate, reply, Scp03, SELECT, type Send, valueOf } from './mini-terminal.js';

const stream = streamOf(contents);

/** What a fresh reader sees after power came back: everything there is to be between old and new. */
function observe(card: EmulatedCard): string {
  card.powerUp();
  const send = sender(card);
  const lifeCycle = valueOf(reply(send(SELECT)).data, 0x6f, 0x8a).toString('hex');
  if (lifeCycle === '05') {
    const sod = reply(send(apdu('00CB3FFF', getData(0xc8, 0xc2), 65_536, true)));
    return `issued ${sha256(sod.data).toString('hex')} ${channelSees(card, send)}`;
  }
  // A void card must hide everything and prove nothing
  for (const tag of [0xc2, 0xc3, 0xc8]) expect(reply(send(apdu('00CB3FFF', getData(tag), 256))).sw).toBe(0x6985);
  expect(describeImage(card.image()).lifeCycle).toBe(lifeCycle === '01' ? 'blank' : 'initialised');
  return `void ${lifeCycle}`;
}

/** Counters, date, slots and PIN, the trust point that the card names, and a whole terminal authentication below it with the CAN. */
function channelSees(card: EmulatedCard, send: Send): string {
  const sm = chipAuthenticate(send, new Memory(card.image().nvm).chipKey(1).point);
  if (typeof sm === 'number') throw new Error('chip authentication');
  const status = valueOf(sm.command('00CB3FFF', getData(0xc9), 256).data, 0xc9).toString('hex');
  authenticateTerminal(sm, terminal(['manage', 'inspect']));
  const holder = sm.command('00CB3FFF', getData(0xc3, 0xc5), 65_536, true).data;
  return [status, ...sm.trustPoints, sm.command('00200002', can).sw, sha256(holder).toString('hex')].join(' ');
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
