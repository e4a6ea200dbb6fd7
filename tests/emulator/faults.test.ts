import { describe, expect, it } from 'vitest';
import type { CardFaults } from '../../src/emulator/index.js';
import { apdu, getData, issued } from './fixtures.js';
import { chipAuthenticate, WrongToken } from './mini-terminal.js';

const version = apdu('00CB3FFF', getData(0xc1), 256);
const right = 'c10d800201008101018201018301039000';

function second(faults: CardFaults): { answers: (string | undefined)[]; powered: boolean } {
  const { card } = issued();
  card.faults = JSON.parse(JSON.stringify(faults)) as CardFaults;
  const answers = [1, 2, 3].map(() => card.process(version)).map((answer) => answer && Buffer.from(answer).toString('hex'));
  return { answers, powered: card.powered };
}

describe('faults, counted from when they are set', () => {
  it('wrong status, flipped bit, garbage: one answer and no other', () => {
    expect(second({ wrongStatus: { at: 2, sw: 0x6f00 } }).answers).toEqual([right, '6f00', right]);
    expect(second({ bitFlip: { at: 2, bit: 0 } }).answers).toEqual([right, `4${right.slice(1)}`, right]);
    expect(second({ garbage: { at: 2, kind: 'short' } }).answers).toEqual([right, 'c1', right]);
    expect(second({ garbage: { at: 2, kind: 'long' } }).answers).toEqual([right, right + 'a5'.repeat(64), right]);
    expect(second({ garbage: { at: 2, kind: 'empty' } }).answers).toEqual([right, '', right]);
  });

  it('silence keeps the power, a cut takes it', () => {
    expect(second({ silent: { at: 2 } })).toEqual({ answers: [right, undefined, undefined], powered: true });
    expect(second({ tearAtApdu: { at: 2, when: 'before' } })).toEqual({ answers: [right, undefined, undefined], powered: false });
  });

  it('a clone keeps every file and cannot prove the chip', () => {
    const { card, send, points } = issued();
    card.faults = { clone: 'other-key' };
    expect(Buffer.from(send(version)).toString('hex')).toBe(right);
    expect(() => chipAuthenticate(send, points[0] ?? Buffer.alloc(0))).toThrow(WrongToken);
    card.faults = { clone: 'refuses' };
    expect(chipAuthenticate(send, points[0] ?? Buffer.alloc(0))).toBe(0x6985);
    card.faults = {};
    expect(typeof chipAuthenticate(send, points[0] ?? Buffer.alloc(0))).toBe('object');
  });
});
