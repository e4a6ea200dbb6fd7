import { describe, expect, it } from 'vitest';
import { apdu, channel, expectOk, getData, issued, type IssuedCard, pin, session, withPin } from './fixtures.js';
import type { RightName } from './mini-cvc.js';
import { reply, SELECT, type Sm, tlv, valueOf } from './mini-terminal.js';

/** Who stands before the card: nobody's channel, a channel alone, a terminal with one right, or a kiosk or the manager with the PIN verified. */
const whos = ['plain', 'channel', 'inspect', 'kiosk', 'endorse', 'service', 'manage', 'kiosk+PIN', 'manage+PIN'] as const;
type Who = (typeof whos)[number];

/** One card for the table: a PIN, one slot of department 7, one endorsement, records in the log. */
const image = (() => {
  const on = withPin();
  const slot = tlv(0xc7, tlv(0x91, Buffer.of(0, 7)), tlv(0x90, Buffer.of(0, 0, 0, 6)), tlv(0x53, Buffer.from('slot')));
  const endorsement = tlv(0xc6, tlv(0x90, Buffer.of(0, 0, 0, 1)), tlv(0x53, Buffer.from('endorsement')));
  const sm = session(on, ['service', 'endorse'], [7]);
  expectOk(sm.command('00DB3FFF', slot));
  expectOk(sm.command('00DB3FFF', endorsement));
  return on.card.image();
})();

type Ask = (header: string, data?: Buffer, le?: number) => number;

function standing(who: Who): Ask {
  const on: IssuedCard = issued(image);
  if (who === 'plain') return (header, data, le) => reply(on.send(apdu(header, data, le, true))).sw;
  const right = who.replace('+PIN', '') as RightName | 'channel';
  const sm: Sm = right === 'channel' ? channel(on) : session(on, [right], [7]);
  if (who.endsWith('+PIN')) expectOk(sm.command('00200001', pin));
  return (header, data, le) => sm.command(header, data, le, true).sw;
}

const get = (tag: number) => (ask: Ask): number => ask('00CB3FFF', getData(tag), tag === 0xc4 ? 1 : 65_536);
/** The next counter of each object of the card above. */
const nextOf = { 0xc5: 2, 0xc6: 2, 0xc7: 7 } as const;
const put = (tag: keyof typeof nextOf) => (ask: Ask): number =>
  ask('00DB3FFF', tlv(tag, ...(tag === 0xc7 ? [tlv(0x91, Buffer.of(0, 7))] : []), tlv(0x90, Buffer.of(0, 0, 0, nextOf[tag])), tlv(0x53, Buffer.from('new'))));

const everybody = [...whos];
const wholeTable: readonly (readonly [string, (ask: Ask) => number, readonly Who[]])[] = [
  ['read Version', get(0xc1), everybody],
  ['read CardAccess', get(0xdc), everybody],
  ['read Permit', get(0xc2), everybody],
  ['read Endorsements', get(0xc6), everybody],
  ['read record 01 of Endorsements', (ask) => ask('00B20134', undefined, 65_536), everybody],
  ['read SOD', get(0xc8), everybody],
  ['read Status', get(0xc9), everybody.slice(1)],
  ['read Holder', get(0xc3), ['inspect', 'kiosk+PIN']],
  ['READ BINARY of Holder', (ask) => ask('00B08300', undefined, 65_536), ['inspect', 'kiosk+PIN']],
  ['READ BINARY of Photo', (ask) => ask('00B08400', undefined, 256), ['inspect', 'kiosk+PIN']],
  ['read Residence', get(0xc5), ['inspect', 'endorse', 'kiosk+PIN']],
  ['READ BINARY of Residence', (ask) => ask('00B08500', undefined, 65_536), ['inspect', 'endorse', 'kiosk+PIN']],
  ['read Services', get(0xc7), ['inspect', 'service', 'kiosk+PIN']],
  ['READ BINARY of Services', (ask) => ask('00B08700', undefined, 65_536), ['inspect', 'service', 'kiosk+PIN']],
  ['READ RECORD of Services', (ask) => ask('00B2013C', undefined, 65_536), ['inspect', 'service', 'kiosk+PIN']],
  ['read AccessLog', get(0xca), ['manage', 'kiosk+PIN', 'manage+PIN']],
  ['READ BINARY of AccessLog', (ask) => ask('00B08A00', undefined, 65_536), ['manage', 'kiosk+PIN', 'manage+PIN']],
  ['READ RECORD of AccessLog', (ask) => ask('00B20154', undefined, 65_536), ['manage', 'kiosk+PIN', 'manage+PIN']],
  ['write Residence', put(0xc5), ['endorse']],
  ['append an endorsement', put(0xc6), ['endorse']],
  ['write a slot of Services', put(0xc7), ['service']],
  ['verify the PIN', (ask) => ask('00200001', pin), ['kiosk', 'manage', 'kiosk+PIN', 'manage+PIN']],
  ['change the PIN', (ask) => ask('00240001', Buffer.concat([pin, Buffer.from('314159')])), ['kiosk', 'manage', 'kiosk+PIN', 'manage+PIN']],
  ['reset the PIN', (ask) => ask('002C0301'), ['manage', 'manage+PIN']],
  ['check the CAN', (ask) => ask('00200002', Buffer.from('493817')), ['manage', 'manage+PIN']],
  ['sign', (ask) => ask('00880000', Buffer.alloc(32, 1), 256), ['kiosk+PIN', 'manage+PIN']],
  ['end the card', (ask) => ask('00E60000'), ['manage', 'manage+PIN']],
];

describe('who may do what (access.md 1)', () => {
  for (const [what, act, allowed] of wholeTable) {
    it.each(whos)(`${what}: %s`, (who) => {
      expect(act(standing(who)).toString(16)).toBe(allowed.includes(who) ? '9000' : '6982');
    });
  }

  it('the PIN is set with manage alone', () => {
    for (const who of ['inspect', 'kiosk', 'endorse', 'service'] as const) expect(session(issued(), [who], [7]).command('00240101', pin).sw).toBe(0x6982);
    expect(channel(issued()).command('00240101', pin).sw).toBe(0x6982);
    expect(session(issued(), ['manage']).command('00240101', pin).sw).toBe(0x9000);
  });

  it('a question for the state of the PIN needs the right to verify it', () => {
    expect(standing('inspect')('00200001')).toBe(0x6982);
    expect(standing('kiosk')('00200001')).toBe(0x63c3);
  });

  it('a verified PIN opens nothing to a terminal that is no kiosk, and goes with the session', () => {
    const on = issued(image);
    const sm = session(on, ['kiosk']);
    expectOk(sm.command('00200001', pin));
    expect(sm.command('00B08300', undefined, 256).sw).toBe(0x9000);
    expect(session(on, ['kiosk']).command('00B08300', undefined, 256).sw).toBe(0x6982);
    on.card.powerUp();
    on.send(SELECT);
    expect(session(on, ['kiosk']).command('00880000', Buffer.alloc(32), 256).sw).toBe(0x6982);
  });

  it('one object that may not be read refuses them all', () => {
    const sm = session(issued(image), ['endorse']);
    expect(sm.command('00CB3FFF', getData(0xc2, 0xc5, 0xc3), 65_536, true).sw).toBe(0x6982);
  });

  it('the table covers every data object', () => {
    const { send } = issued(image);
    const known = Array.from({ length: 256 }, (_, tag) => tag).filter((tag) => reply(send(apdu('00CB3FFF', getData(tag), 65_536, true))).sw !== 0x6a88);
    expect(known).toEqual([0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xdc]);
    expect(valueOf(reply(send(apdu('00CB3FFF', getData(0xc6), 65_536, true))).data, 0xc6).toString()).toBe('endorsement');
  });
});
