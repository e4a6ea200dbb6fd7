import { describe, expect, it } from 'vitest';
import { channel, expectOk, getData, issued, type IssuedCard, session } from './fixtures.js';
import { ALL_RIGHTS, authenticateTerminal, auxiliary, dv, terminal } from './mini-cvc.js';
import { hex, untlv, valueOf } from './mini-terminal.js';

const records = (on: IssuedCard): Buffer[] =>
  untlv(valueOf(expectOk(session(on, ['manage']).command('00CB3FFF', getData(0xca), 65_536, true)), 0xca)).map(({ tag, value }) => {
    expect(tag).toBe(0x53);
    return value;
  });

describe('EF.AccessLog (access.md 4)', () => {
  it('holds sequence, card date, rights, claimed time and purpose, and the reference of each terminal, newest first', () => {
    const on = issued();
    authenticateTerminal(channel(on), terminal(['inspect', 'endorse'], undefined, { chr: 'CNKIOSK0200042' }), auxiliary(0x01020304, 5));
    authenticateTerminal(channel(on), terminal(ALL_RIGHTS, undefined, { effective: '261201', chr: 'CNABCDEFGHI12345' }), auxiliary(0xfffffffe, 9));
    const name = (text: string): string => Buffer.from(text).toString('hex');
    expect(records(on).map((record) => record.toString('hex'))).toEqual([
      `00000003` + `261201` + `10` + `6b49d200` + `01` + name('CNT0010200007'),
      `00000002` + `261201` + `1f` + `fffffffe` + `09` + name('CNABCDEFGHI12345'),
      `00000001` + `261124` + `05` + `01020304` + `05` + name('CNKIOSK0200042'),
    ]);
  });

  it('holds the rights in force, not those of the certificate alone', () => {
    const on = issued();
    authenticateTerminal(channel(on), terminal(ALL_RIGHTS), auxiliary(), { ...dv, chat: hex('8000000010') });
    expect(records(on)[1]!.readUInt8(7)).toBe(0x01);
  });

  it('is written before anything is read, and by nothing but terminal authentication', () => {
    const on = issued();
    const sm = channel(on);
    const empty = on.card.writes;
    expectOk(sm.command('00CB3FFF', getData(0xc9), 256));
    expect(on.card.writes).toBe(empty);
    session(on, ['inspect']);
    expect(records(on)).toHaveLength(2);
    expect(records(on)).toHaveLength(3);
  });

  it('is one transaction of a card whose date stands: the journal, its header, the record, the end', () => {
    const on = issued();
    session(on, ['inspect']);
    const before = on.card.writes;
    session(on, ['inspect']);
    expect(on.card.writes - before).toBe(4);
  });

  it('is cyclic: 32 records, the sequence goes on, by power cuts too', () => {
    const on = issued();
    for (let i = 1; i <= 40; i++) {
      session(on, ['inspect']);
      if (i % 7 === 0) on.card.powerUp();
    }
    const sequence = records(on).map((record) => record.readUInt32BE(0));
    expect(sequence).toEqual(Array.from({ length: 32 }, (_, i) => 41 - i));
    const sm = session(on, ['manage']);
    expect(sm.command('00B20154', undefined, 256).data.readUInt32BE(0)).toBe(42);
    expect(sm.command('00B22054', undefined, 256).data.readUInt32BE(0)).toBe(11);
    expect(sm.command('00B22154', undefined, 256).sw).toBe(0x6a83);
  });

  it('reads by offset too', () => {
    const on = issued();
    for (let i = 1; i <= 12; i++) session(on, ['inspect']);
    const sm = session(on, ['manage']);
    const whole = valueOf(expectOk(sm.command('00CB3FFF', getData(0xca), 65_536, true)), 0xca);
    const first = expectOk(sm.command('00B08A00', undefined, 256));
    const second = expectOk(sm.command(`00B0${first.length.toString(16).padStart(4, '0')}`, undefined, 256));
    expect(Buffer.concat([first, second])).toEqual(whole);
  });
});
