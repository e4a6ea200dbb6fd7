import { describe, expect, it } from 'vitest';
import { can, expectOk, getData, issued, type IssuedCard, pin, session, sw, withPin } from './fixtures.js';
import { type Sm, valueOf } from './mini-terminal.js';

const other = Buffer.from('314159');
const wrong = Buffer.from('000000');
const verify = (sm: Sm, candidate?: Uint8Array): number => sm.command('00200001', candidate).sw;
const change = (sm: Sm, from: Uint8Array, to: Uint8Array): number => sm.command('00240001', Buffer.concat([from, to])).sw;
const set = (sm: Sm, to: Uint8Array): number => sm.command('00240101', to).sw;
const state = (on: IssuedCard): string => valueOf(expectOk(session(on, ['kiosk']).command('00CB3FFF', getData(0xc9), 256)), 0xc9, 0x95).toString('hex');
const kiosk = (on: IssuedCard): Sm => session(on, ['kiosk']);
const isClosed = (on: IssuedCard, sm: Sm): boolean => sw(on.send, sm.wrap('00B08200', Buffer.alloc(0), 256)) === '6882';

describe('the PIN (access.md 2)', () => {
  it('is delivered unset: nothing verifies, nothing changes', () => {
    const on = issued();
    expect(state(on)).toBe('ff');
    expect(verify(kiosk(on))).toBe(0x6984);
    expect(verify(kiosk(on), pin)).toBe(0x6984);
    expect(change(kiosk(on), pin, other)).toBe(0x6984);
    expect(verify(kiosk(on), Buffer.alloc(6))).toBe(0x6a80);
    expect(state(on)).toBe('ff');
  });

  it('is set once, and reset by manage to be set again', () => {
    const on = issued();
    const sm = session(on, ['manage']);
    expect(set(sm, pin)).toBe(0x9000);
    expect(verify(sm)).toBe(0x63c3);
    expect(set(sm, other)).toBe(0x6985);
    expect(isClosed(on, sm)).toBe(true);
    const again = session(on, ['manage']);
    expect(verify(again, pin)).toBe(0x9000);
    expect(again.command('002C0301').sw).toBe(0x9000);
    expect(again.command('00880000', Buffer.alloc(32), 256).sw).toBe(0x6982);
    expect(state(on)).toBe('ff');
    expect(set(session(on, ['manage']), other)).toBe(0x9000);
    expect(verify(kiosk(on), pin)).toBe(0x63c2);
    expect(verify(kiosk(on), other)).toBe(0x9000);
  });

  it('blocks after three wrong ones, over sessions and power cuts; the session goes on', () => {
    const on = withPin();
    const sm = kiosk(on);
    expect(verify(sm, wrong)).toBe(0x63c2);
    expect(verify(sm, wrong)).toBe(0x63c1);
    expect(isClosed(on, sm)).toBe(false);
    on.card.powerUp();
    expect(state(on)).toBe('01');
    const last = kiosk(on);
    expect(verify(last, wrong)).toBe(0x63c0);
    expect(verify(last)).toBe(0x6983);
    expect(verify(kiosk(on), pin)).toBe(0x6983);
    expect(change(kiosk(on), pin, other)).toBe(0x6983);
    expect(state(on)).toBe('00');
    const manager = session(on, ['manage']);
    expect(manager.command('002C0301').sw).toBe(0x9000);
    expect(set(manager, other)).toBe(0x9000);
    expect(verify(manager, other)).toBe(0x9000);
  });

  it('gives the tries back after a right one only', () => {
    const on = withPin();
    const sm = kiosk(on);
    verify(sm, wrong);
    verify(sm, wrong);
    expect(verify(sm, pin)).toBe(0x9000);
    expect(state(on)).toBe('03');
  });

  it('a wrong one takes back what a right one opened', () => {
    const sm = kiosk(withPin());
    expect(verify(sm, pin)).toBe(0x9000);
    expect(sm.command('00B08300', undefined, 256).sw).toBe(0x9000);
    expect(verify(sm)).toBe(0x9000);
    expect(verify(sm, wrong)).toBe(0x63c2);
    expect(verify(sm)).toBe(0x63c2);
    expect(sm.command('00B08300', undefined, 256).sw).toBe(0x6982);
  });

  it('changes with the old one, whose wrong guesses count; the new one is not verified by that', () => {
    const on = withPin();
    const sm = kiosk(on);
    expect(change(sm, wrong, other)).toBe(0x63c2);
    expect(change(sm, pin, other)).toBe(0x9000);
    expect(state(on)).toBe('03');
    const fresh = kiosk(on);
    expect(verify(fresh, pin)).toBe(0x63c2);
    expect(verify(fresh, other)).toBe(0x9000);
    expect(change(fresh, other, pin)).toBe(0x9000);
    expect(verify(fresh)).toBe(0x63c3);
    expect(fresh.command('00B08300', undefined, 256).sw).toBe(0x6982);
  });

  it.each([
    ['VERIFY of five digits', '00200001', Buffer.from('12345'), 0x6700],
    ['VERIFY of seven digits', '00200001', Buffer.from('1234567'), 0x6700],
    ['VERIFY of letters', '00200001', Buffer.from('12345a'), 0x6a80],
    ['VERIFY of an unknown reference', '00200003', pin, 0x6a88],
    ['VERIFY with P1', '00200101', pin, 0x6a86],
    ['setting five digits', '00240101', Buffer.from('12345'), 0x6700],
    ['setting nothing', '00240101', undefined, 0x6700],
    ['a change with one PIN alone', '00240001', pin, 0x6700],
    ['a change to letters', '00240001', Buffer.concat([pin, Buffer.from('abcdef')]), 0x6a80],
    ['a change from letters', '00240001', Buffer.concat([Buffer.from('abcdef'), pin]), 0x6a80],
    ['a change of the CAN', '00240002', Buffer.concat([pin, pin]), 0x6a88],
    ['a change with P1', '00240201', pin, 0x6a86],
    ['a reset with data', '002C0301', pin, 0x6700],
    ['a reset of another kind', '002C0001', undefined, 0x6a86],
    ['a reset of the CAN', '002C0302', undefined, 0x6a88],
  ])('%s is no try', (_, header, data, expected) => {
    const on = withPin();
    expect(session(on, ['manage', 'kiosk']).command(header, data).sw).toBe(expected);
    expect(state(on)).toBe('03');
  });
});

describe('the CAN on the body (access.md 5)', () => {
  const check = (sm: Sm, candidate: Uint8Array): number => sm.command('00200002', candidate).sw;

  it('is checked; a wrong one keeps the session, the fifth ends it', () => {
    const on = issued();
    const sm = session(on, ['manage']);
    for (let i = 0; i < 4; i++) {
      expect(check(sm, wrong)).toBe(0x6300);
      expect(check(sm, can)).toBe(0x9000);
    }
    expect(check(sm, wrong)).toBe(0x6300);
    expect(isClosed(on, sm)).toBe(true);
    expect(check(session(on, ['manage']), can)).toBe(0x9000);
  });

  it('has six digits', () => {
    expect(check(session(issued(), ['manage']), can.subarray(1))).toBe(0x6700);
    expect(check(session(issued(), ['manage']), Buffer.alloc(0))).toBe(0x6700);
    expect(check(session(issued(), ['manage']), Buffer.from('49381x'))).toBe(0x6a80);
  });
});
