import { describe, expect, it } from 'vitest';
import { EmulatedCard } from '../../src/emulator/index.js';
import { blank, bytes, can, contents, expectOk, lastObject, keys, personalise, sender, serial, sha256, streamOf, sw } from './fixtures.js';
import { bodyParts, certificate, cvca, dv, newPair } from './mini-cvc.js';
import { apdu, hex, reply, Scp03, SELECT, type Send, tlv, valueOf } from './mini-terminal.js';

const nothing = Buffer.alloc(0);

function opened(): { card: EmulatedCard; send: Send; scp: Scp03 } {
  const card = new EmulatedCard(blank());
  card.powerUp();
  const send = sender(card);
  send(SELECT);
  const scp = new Scp03(send);
  expect(scp.open(keys)).toBe(0x9000);
  return { card, send, scp };
}

function store(scp: Scp03, stream: Buffer): void {
  for (let at = 0, block = 0; at < stream.length; at += 1024, block++) {
    const last = at + 1024 >= stream.length;
    expectOk(scp.command(`84E2${last ? '80' : '00'}${block.toString(16).padStart(2, '0')}`, stream.subarray(at, at + 1024)));
  }
}

describe('opening (personalisation.md 2)', () => {
  it('names the serial, and its counter grows over power cuts', () => {
    const { card, send, scp } = opened();
    expect(reply(send(apdu('80503000', Buffer.alloc(8), 256))).data.subarray(0, 10)).toEqual(serial);
    card.powerUp();
    send(SELECT);
    const again = new Scp03(send);
    again.open(keys);
    expect(again.sequence).toBe(scp.sequence + 2);
  });

  it.each([
    ['an unknown key version', '80503100' + '08' + '00'.repeat(8), '6a88'],
    ['a short challenge', '8050300007' + '00'.repeat(7), '6700'],
    ['P2', '80503001' + '08' + '00'.repeat(8), '6a86'],
    ['EXTERNAL AUTHENTICATE without opening', '8482330010' + '00'.repeat(16), '6985'],
  ])('refuses %s', (_, command, expected) => {
    const card = new EmulatedCard(blank());
    card.powerUp();
    card.process(SELECT);
    expect(sw(sender(card), hex(command))).toBe(expected);
  });

  it('takes level 33 only, and refuses a right cryptogram with a wrong C-MAC', () => {
    const card = new EmulatedCard(blank());
    card.powerUp();
    const altered = (at: number): Send => (command) => {
      const copy = Buffer.from(command);
      if (copy[1] === 0x82) copy.writeUInt8(copy.readUInt8(at) ^ (at === 2 ? 0x33 ^ 0x11 : 1), at);
      return sender(card)(copy);
    };
    card.process(SELECT);
    expect(new Scp03(altered(2)).open(keys)).toBe(0x6a86);
    expect(new Scp03(altered(20)).open(keys)).toBe(0x6982);
    expect(new Scp03(sender(card)).open(keys)).toBe(0x9000);
  });

  it('answers 6300 to a wrong host cryptogram; 100 in a row block until power-off, and a right one forgives', () => {
    const card = new EmulatedCard(blank());
    card.powerUp();
    const send = sender(card);
    send(SELECT);
    for (let i = 1; i < 100; i++) expect(new Scp03(send).open(keys, true)).toBe(0x6300);
    expect(new Scp03(send).open(keys, true)).toBe(0x6983);
    expect(new Scp03(send).open(keys)).toBe(0x6983);
    card.powerUp();
    send(SELECT);
    expect(new Scp03(send).open(keys, true)).toBe(0x6983);
    card.powerUp();
    send(SELECT);
    expect(new Scp03(send).open(keys)).toBe(0x9000);
    expect(new Scp03(send).open(keys, true)).toBe(0x6300);
  });
});

describe('the session', () => {
  it('refuses a replayed and an altered command, and is closed after it', () => {
    const { send, scp } = opened();
    const command = scp.wrap('84460000', nothing, 256);
    expect(sw(send, command)).toBe('9000');
    expect(sw(send, command)).toBe('6982');
    expect(sw(send, scp.wrap('84460000', nothing, 256))).toBe('6982');
  });

  it('ends by a plain command', () => {
    const { send, scp } = opened();
    send(hex('00B0810000'));
    expect(sw(send, scp.wrap('84460000', nothing, 256))).toBe('6982');
  });

  it('takes a chained STORE DATA: joined first, then one command', () => {
    const { send, scp } = opened();
    expectOk(scp.command('84460000', nothing));
    const whole = scp.wrap('84E20000', Buffer.alloc(400, 1));
    const body = whole.subarray(7);
    expect(sw(send, apdu('94E20000', body.subarray(0, 200)))).toBe('9000');
    expect(scp.unwrap(send(apdu('84E20000', body.subarray(200), 256))).sw).toBe(0x9000);
    expect(valueOf(expectOk(scp.command('84460000', nothing)), 0xc0).readUInt32BE(0)).toBe(400);
  });
});

describe('GENERATE, STORE DATA, ACTIVATE (personalisation.md 3)', () => {
  it('generates once: the same keys in a later session, and tells the resume point', () => {
    const { card, send, scp } = opened();
    const first = expectOk(scp.command('84460000', nothing));
    expect(valueOf(first, 0x7f49, 0x86)).toHaveLength(65);
    expect(valueOf(first, 0xc2)).toEqual(sha256(nothing));
    expectOk(scp.command('84E20000', bytes(1000, 1)));
    card.powerUp();
    send(SELECT);
    const again = new Scp03(send);
    again.open(keys);
    const second = expectOk(again.command('84460000', nothing));
    expect(second.subarray(0, 140)).toEqual(first.subarray(0, 140));
    expect(valueOf(second, 0xc0).readUInt32BE(0)).toBe(1000);
    expect(valueOf(second, 0xc1)[0]).toBe(1);
    expect(valueOf(second, 0xc2)).toEqual(sha256(bytes(1000, 1)));
  });

  const afterGenerate = (header: string, data: Buffer): number => {
    const { scp } = opened();
    expectOk(scp.command('84460000', nothing));
    expectOk(scp.command('84E20000', bytes(10, 1)));
    return scp.command(header, data).sw;
  };
  it.each([
    ['a block out of turn', '84E20002', bytes(10, 1), 0x6a86],
    ['an unknown P1', '84E24001', bytes(10, 1), 0x6a86],
    ['an empty block', '84E20001', nothing, 0x6700],
    ['ACTIVATE before the last block', '84440000', Buffer.alloc(32), 0x6985],
    ['ACTIVATE without a hash', '84440000', Buffer.alloc(31), 0x6700],
    ['an unknown INS', '84480000', nothing, 0x6d00],
  ])('refuses %s', (_, header, data, expected) => {
    expect(afterGenerate(header, data)).toBe(expected);
  });

  it('refuses STORE DATA on a card without keys, and a stream beyond 14,336 bytes', () => {
    expect(opened().scp.command('84E20000', bytes(10, 1)).sw).toBe(0x6985);
    const { scp } = opened();
    expectOk(scp.command('84460000', nothing));
    for (let block = 0; block < 14; block++) expectOk(scp.command(`84E200${block.toString(16).padStart(2, '0')}`, bytes(1024, block)));
    expect(scp.command('84E2000E', Buffer.of(1)).sw).toBe(0x6a84);
  });

  const activation = (stream: Buffer, hash = sha256(stream)): number => {
    const { scp } = opened();
    expectOk(scp.command('84460000', nothing));
    store(scp, stream);
    return scp.command('84440000', hash).sw;
  };
  const good = streamOf(contents);
  const last = (changes: Parameters<typeof lastObject>[0]): Buffer => streamOf(contents, lastObject(changes));
  const self = (holder: typeof cvca, domain?: boolean): Buffer => tlv(0x7f21, certificate(holder, holder.pair, bodyParts(holder, domain)));
  it.each([
    ['another hash', good, Buffer.alloc(32), 0x6300],
    ['trailing bytes', Buffer.concat([good, Buffer.of(0)]), undefined, 0x6a80],
    ['no last object', streamOf(contents, nothing), undefined, 0x6a80],
    ['a date that is no BCD', last({ date: tlv(0x93, hex('26111a')) }), undefined, 0x6a80],
    ['a counter of three bytes', last({ services: tlv(0x92, hex('000005')) }), undefined, 0x6a80],
    ['no CAN', last({ can: nothing }), undefined, 0x6a80],
    ['a CAN of five digits', last({ can: tlv(0x97, can.subarray(1)) }), undefined, 0x6a80],
    ['a CAN of letters', last({ can: tlv(0x97, Buffer.from('49381A')) }), undefined, 0x6a80],
    ['no certificate', last({ cvca: nothing }), undefined, 0x6a80],
    ['two certificates', last({ cvca: Buffer.concat([self(cvca), self(cvca)]) }), undefined, 0x6a80],
    ["a document verifier's certificate", last({ cvca: self(dv) }), undefined, 0x6a80],
    ['a certificate without domain parameters', last({ cvca: self(cvca, false) }), undefined, 0x6a80],
    ['a certificate cut short', last({ cvca: tlv(0x7f21, certificate(cvca, cvca.pair).subarray(0, -1)) }), undefined, 0x6a80],
    ['objects of CE in another order', last({ can: Buffer.concat([self(cvca), tlv(0x97, can)]), cvca: nothing }), undefined, 0x6a80],
    ['a certificate that somebody else signed: taken', last({ cvca: tlv(0x7f21, certificate(cvca, newPair())) }), undefined, 0x9000],
    ['an empty Holder', streamOf({ ...contents, holder: nothing }), undefined, 0x6a80],
    ['a length that is not minimal', Buffer.concat([hex('7081'), good.subarray(1)]), undefined, 0x6a80],
    ['a Holder too large', streamOf({ ...contents, holder: bytes(641, 1) }), undefined, 0x6a84],
    ['a SOD too large', streamOf({ ...contents, sod: bytes(1537, 1) }), undefined, 0x6a84],
    ['files in another order', Buffer.concat([tlv(0x70, tlv(0x51, hex('0102')), tlv(0x53, Buffer.of(1))), good]), undefined, 0x6a80],
    ['an empty Residence: taken', streamOf({ ...contents, residence: nothing }), undefined, 0x9000],
  ])('ACTIVATE with %s', (_, stream, hash, expected) => {
    expect(activation(stream, hash)).toBe(expected);
  });

  it('takes 18 APDUs with 1 KB blocks and about 60 with short ones, and ends SCP03 for ever', () => {
    const card = new EmulatedCard(blank());
    card.powerUp();
    expect(personalise(sender(card), good).apdus).toBe(18);
    card.powerUp();
    expect(sw(sender(card), SELECT)).toBe('9000');
    expect(new Scp03(sender(card)).open(keys)).toBe(0x6985);
    const short = new EmulatedCard(blank());
    short.powerUp();
    expect(personalise(sender(short), good, 223).apdus).toBeLessThanOrEqual(64);
  });

  it('erases the static keys and keeps them nowhere else', () => {
    const card = new EmulatedCard(blank());
    card.powerUp();
    personalise(sender(card), good);
    const memory = Buffer.from(card.image().nvm);
    for (const key of [keys.enc, keys.mac, keys.dek]) expect(memory.includes(Buffer.from(key))).toBe(false);
  });
});
