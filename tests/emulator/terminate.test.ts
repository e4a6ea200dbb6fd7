import { describe, expect, it } from 'vitest';
import { describeImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { apdu, can, expectOk, getData, pin, session, sw, withPin } from './fixtures.js';
import { hex, reply, SELECT, SET_AT, valueOf } from './mini-terminal.js';

describe('TERMINATE DF (access.md 6)', () => {
  it('ends the session with its answer; SELECT says 6285, nothing else answers', () => {
    const on = withPin();
    const sm = session(on, ['manage']);
    expect(sm.command('00E60000').sw).toBe(0x9000);
    expect(describeImage(on.card.image()).lifeCycle).toBe('terminated');
    for (const power of [false, true]) {
      if (power) on.card.powerUp();
      expect(sw(on.send, SELECT)).toBe('6285');
      expect(valueOf(reply(on.send(SELECT)).data, 0x6f, 0x8a).toString('hex')).toBe('0c');
      for (const command of [
        sm.wrap('00B08200', Buffer.alloc(0), 256), apdu('00CB3FFF', getData(0xc1), 256), hex('00B0810000'), SET_AT, apdu('00860000', hex('7C00'), 256),
        apdu('80503000', Buffer.alloc(8), 256), apdu('84440000', Buffer.alloc(40)), apdu('10CB3FFF', hex('5C')), hex('00200001'), hex('00E60000'), hex('0CE60000'),
        hex('00120000'), hex('00C0000000'), hex('A0A40000'),
      ]) {
        expect(sw(on.send, command)).toBe('6985');
      }
    }
  });

  it('tells the FCI in parts to who asks so', () => {
    const on = withPin();
    expectOk(session(on, ['manage']).command('00E60000'));
    const first = reply(on.send(apdu('00A40400', hex('F0575A525001'), 10)));
    const rest = reply(on.send(apdu('00C00000', undefined, first.sw & 255)));
    expect(first.sw >> 8).toBe(0x61);
    expect(valueOf(Buffer.concat([first.data, rest.data]), 0x6f, 0x8a).toString('hex')).toBe('0c');
  });

  it('erases both private keys, PIN and CAN wherever memory had them', () => {
    const on = withPin();
    expectOk(session(on, ['manage']).command('00200001', pin));
    const memory = new Memory(on.card.image().nvm);
    const secrets = [Buffer.from(memory.chipKey(1).secret), Buffer.from(memory.chipKey(2).secret), pin, can];
    const before = Buffer.from(on.card.image().nvm);
    for (const secret of secrets) expect(before.includes(secret)).toBe(true);
    expectOk(session(on, ['manage']).command('00E60000'));
    const after = Buffer.from(on.card.image().nvm);
    for (const secret of secrets) expect(after.includes(secret)).toBe(false);
  });

  it('takes no data and no parameters', () => {
    expect(session(withPin(), ['manage']).command('00E60000', Buffer.of(1)).sw).toBe(0x6700);
    const on = withPin();
    expect(session(on, ['manage']).command('00E60100').sw).toBe(0x6a86);
    expect(describeImage(on.card.image()).lifeCycle).toBe('activated');
  });
});
