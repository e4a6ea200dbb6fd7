import { describe, expect, it } from 'vitest';
import { channel, expectOk, getData, issued, type IssuedCard } from './fixtures.js';
import {
  ALL_RIGHTS, authenticateTerminal, auxiliary, bodyParts, certificate, chat, cvca, dv, foreignDv, getChallenge, type Holder, newPair, present, presentChain, proof,
  ROLE, setAt, setDst, signed, terminal,
} from './mini-cvc.js';
import { hex, reply, type Sm, tlv, valueOf } from './mini-terminal.js';

const end = terminal(['inspect']);
const cardDate = (on: IssuedCard): string => valueOf(expectOk(channel(on).command('00CB3FFF', getData(0xc9), 256)), 0xc9, 0x93).toString('hex');
const readHolder = (sm: Sm): number => sm.command('00B08300', undefined, 256).sw;
const present1 = (holder: Holder, signer: Holder, sm = channel(issued())): number => present(sm, holder.car, certificate(holder, signer.pair));

/** A CVCA that follows another one. */
const successor = (number: number, before: Holder, fields: Partial<Holder> = {}): Holder => ({
  ...cvca, car: before.chr, chr: `CNWZTEST0000${number}`, effective: '261201', expires: '381231', pair: newPair(), ...fields,
});

describe('the whole protocol (terminal-authentication.md 3)', () => {
  it('opens what its rights open', () => {
    const sm = channel(issued());
    expect(readHolder(channel(issued()))).toBe(0x6982);
    authenticateTerminal(sm, end);
    expect(readHolder(sm)).toBe(0x9000);
  });

  it('takes certificates in chained short commands', () => {
    const sm = channel(issued());
    const next = successor(2, cvca);
    expect(setDst(sm, cvca.chr)).toBe(0x9000);
    expect(sm.chained('002A00BE', certificate(next, cvca.pair)).sw).toBe(0x9000);
  });

  it('gives the rights that stand in every certificate of the chain', () => {
    const on = issued();
    const sm = channel(on);
    const narrow: Holder = { ...dv, chat: chat(ROLE.domestic, ['kiosk', 'endorse']) };
    authenticateTerminal(sm, terminal(ALL_RIGHTS), auxiliary(), narrow);
    expect(sm.command('00B08500', undefined, 256).sw).toBe(0x9000);
    expect(readHolder(sm)).toBe(0x6982);
    // A link that has fewer rights gives fewer, to every chain below it
    const link = successor(2, cvca, { chat: chat(ROLE.cvca, ['manage']) });
    const below: Holder = { ...dv, car: link.chr, effective: '261202' };
    const linked = channel(on);
    for (const [reference, contents] of [[cvca.chr, certificate(link, cvca.pair)], [link.chr, certificate(below, link.pair)]] as const) {
      expect(present(linked, reference, contents)).toBe(0x9000);
    }
    const last = terminal(ALL_RIGHTS, [1], { effective: '261202' });
    expect(present(linked, below.chr, certificate(last, below.pair))).toBe(0x9000);
    expect(setAt(linked, last.chr)).toBe(0x9000);
    expect(linked.command('00820000', proof(linked, last, getChallenge(linked).data)).sw).toBe(0x9000);
    expect(linked.command('002C0301').sw).toBe(0x9000);
    expect(readHolder(linked)).toBe(0x6982);
  });

  it('happens once in a session: every command of a second one is refused', () => {
    const again: readonly ((sm: Sm) => number)[] = [
      (sm) => setDst(sm, cvca.chr),
      (sm) => sm.command('002A00BE', certificate(dv, cvca.pair)).sw,
      (sm) => setAt(sm, end.chr),
      (sm) => getChallenge(sm).sw,
      (sm) => sm.command('00820000', Buffer.alloc(64)).sw,
    ];
    for (const command of again) {
      const sm = channel(issued());
      authenticateTerminal(sm, end);
      expect(command(sm)).toBe(0x6985);
    }
  });
});

describe('certificates: the status names the step (section 2)', () => {
  it('1: form', () => {
    const spoilt = certificate(dv, cvca.pair, { ...bodyParts(dv), profile: tlv(0x5f29, Buffer.of(1)) });
    expect(present(channel(issued()), cvca.chr, spoilt)).toBe(0x6a80);
    expect(present(channel(issued()), cvca.chr, Buffer.alloc(0))).toBe(0x6a80);
    expect(channel(issued()).command('002A00BF', certificate(dv, cvca.pair)).sw).toBe(0x6a86);
    expect(channel(issued()).command('002281B6', Buffer.alloc(0)).sw).toBe(0x6a80);
    expect(channel(issued()).command('002281B7', Buffer.alloc(0)).sw).toBe(0x6a86);
  });

  it('2: reference', () => {
    expect(setDst(channel(issued()), 'CNWZTEST00009')).toBe(0x6a88);
    expect(setDst(channel(issued()), dv.chr)).toBe(0x6a88);
    // Named another one than the certificate does; or none; or named and used up
    expect(present(channel(issued()), cvca.chr, certificate({ ...dv, car: 'CNWZTEST00009' }, cvca.pair))).toBe(0x6a88);
    expect(channel(issued()).command('002A00BE', certificate(dv, cvca.pair)).sw).toBe(0x6a88);
    const sm = channel(issued());
    expect(present1(dv, cvca, sm)).toBe(0x9000);
    expect(sm.command('002A00BE', certificate(dv, cvca.pair)).sw).toBe(0x6a88);
    // A document verifier is known until the next certificate, and in its session only
    const on = issued();
    const replaced = channel(on);
    expect(present1(dv, cvca, replaced)).toBe(0x9000);
    expect(present1(foreignDv, cvca, replaced)).toBe(0x9000);
    expect(setDst(replaced, dv.chr)).toBe(0x6a88);
    expect(present1(dv, cvca, channel(on))).toBe(0x9000);
    expect(setDst(channel(on), dv.chr)).toBe(0x6a88);
  });

  it('3: signature, before role and days', () => {
    expect(present1({ ...dv, expires: '261002' }, { ...cvca, pair: newPair() })).toBe(0x6300);
    expect(present1({ ...end, car: cvca.chr }, { ...cvca, pair: newPair() })).toBe(0x6300);
    for (const at of [20, 100]) {
      const altered = certificate(dv, cvca.pair);
      const chr = altered.indexOf(dv.chr);
      altered.writeUInt8(altered.readUInt8(chr + 6) ^ 1, chr + 6);
      expect(present(channel(issued()), cvca.chr, altered)).toBe(0x6300);
      const signature = certificate(dv, cvca.pair);
      signature.writeUInt8(signature.readUInt8(signature.length - at % 60 - 1) ^ 1, signature.length - at % 60 - 1);
      expect(present(channel(issued()), cvca.chr, signature)).toBe(0x6300);
    }
    const body = certificate(dv, cvca.pair).subarray(0, -64);
    expect(present(channel(issued()), cvca.chr, Buffer.concat([body, Buffer.alloc(64)]))).toBe(0x6300);
  });

  it('4: role, before days', () => {
    expect(present1({ ...end, car: cvca.chr }, cvca)).toBe(0x6982);
    expect(present1({ ...end, car: cvca.chr, effective: '250101', expires: '250102' }, cvca)).toBe(0x6982);
    for (const [holder, signer] of [
      [{ ...dv, chr: 'CNWZDV00002', car: dv.chr }, dv],
      [{ ...foreignDv, car: dv.chr }, dv],
      [successor(2, dv), dv],
      [{ ...dv, car: foreignDv.chr }, foreignDv],
      [{ ...end, chr: 'CNT0010200008', car: end.chr }, end],
    ] as const) {
      const sm = channel(issued());
      if (signer === end) presentChain(sm, end);
      else expect(present1(signer, cvca, sm)).toBe(0x9000);
      expect(present1(holder, signer, sm)).toBe(0x6982);
    }
    expect(present(channel(issued()), cvca.chr, certificate(dv, cvca.pair, bodyParts(dv, true)))).toBe(0x6982);
    const link = successor(2, cvca);
    expect(present(channel(issued()), cvca.chr, certificate(link, cvca.pair, bodyParts(link, false)))).toBe(0x6982);
  });

  it('5: days', () => {
    // The card's date is 2026-11-24
    expect(present1({ ...dv, expires: '261123' }, cvca)).toBe(0x6985);
    expect(present1({ ...dv, expires: '261124' }, cvca)).toBe(0x9000);
    expect(present1({ ...dv, effective: '251231' }, cvca)).toBe(0x6985);
    expect(present1({ ...dv, effective: '260101' }, cvca)).toBe(0x9000);
    expect(present1({ ...dv, effective: '380101', expires: '380201' }, cvca)).toBe(0x6985);
    expect(present1({ ...dv, effective: '371231', expires: '380201' }, cvca)).toBe(0x9000);
    const sm = channel(issued());
    expect(present1(dv, cvca, sm)).toBe(0x9000);
    expect(present1({ ...end, effective: '260930' }, dv, sm)).toBe(0x6985);
    const later = channel(issued());
    expect(present1(dv, cvca, later)).toBe(0x9000);
    expect(present1({ ...end, effective: '270201', expires: '270202' }, dv, later)).toBe(0x6985);
  });

  it('ends the session with a refused certificate', () => {
    const on = issued();
    const sm = channel(on);
    expect(present1({ ...dv, expires: '261123' }, cvca, sm)).toBe(0x6985);
    expect(reply(on.send(sm.wrap('00B08200', Buffer.alloc(0), 256))).sw).toBe(0x6882);
    expect(cardDate(on)).toBe('261124');
  });
});

describe("the card's date (section 2)", () => {
  it('goes on with document verifiers and terminals, and never back', () => {
    const on = issued();
    expect(present1({ ...dv, effective: '261130' }, cvca, channel(on))).toBe(0x9000);
    expect(cardDate(on)).toBe('261130');
    expect(present1({ ...dv, effective: '261002' }, cvca, channel(on))).toBe(0x9000);
    expect(cardDate(on)).toBe('261130');
    presentChain(channel(on), terminal([], undefined, { effective: '261215' }));
    expect(cardDate(on)).toBe('261215');
    expect(present1({ ...dv, expires: '261214' }, cvca, channel(on))).toBe(0x6985);
  });

  it('is not moved by a foreign document verifier, nor by a terminal below it', () => {
    const on = issued();
    const foreign: Holder = { ...foreignDv, effective: '261130' };
    const below = terminal(['inspect'], undefined, { car: foreign.chr, effective: '261215' });
    const sm = channel(on);
    authenticateTerminal(sm, below, auxiliary(), foreign);
    expect(readHolder(sm)).toBe(0x9000);
    expect(cardDate(on)).toBe('261124');
  });

  it('is not moved by what the terminal claims', () => {
    const on = issued();
    authenticateTerminal(channel(on), end, auxiliary(4_000_000_000));
    expect(cardDate(on)).toBe('261124');
  });
});

describe('trust points (section 2)', () => {
  const points = (on: IssuedCard): readonly string[] => channel(on).trustPoints;

  it('a link becomes the newest, the one before still works, a third drops the oldest, the order survives power', () => {
    const on = issued();
    const second = successor(2, cvca);
    const third = successor(3, second, { effective: '270101' });
    expect(present1(second, cvca, channel(on))).toBe(0x9000);
    expect(points(on)).toEqual([second.chr, cvca.chr]);
    expect(cardDate(on)).toBe('261201');
    expect(present1({ ...dv, car: second.chr, effective: '261201' }, second, channel(on))).toBe(0x9000);
    authenticateTerminal(channel(on), end);
    on.card.powerUp();
    expect(points(on)).toEqual([second.chr, cvca.chr]);
    expect(present1(third, second, channel(on))).toBe(0x9000);
    expect(points(on)).toEqual([third.chr, second.chr]);
    expect(setDst(channel(on), cvca.chr)).toBe(0x6a88);
  });

  it('a link can be followed at once by a chain below it', () => {
    const on = issued();
    const second = successor(2, cvca);
    const below: Holder = { ...dv, car: second.chr, effective: '261201' };
    const sm = channel(on);
    expect(present1(second, cvca, sm)).toBe(0x9000);
    expect(present1(below, second, sm)).toBe(0x9000);
    expect(present1(terminal(['inspect'], undefined, { effective: '261202' }), below, sm)).toBe(0x9000);
  });

  it('a reference that is one already changes nothing, whatever its key', () => {
    const on = issued();
    const second = successor(2, cvca);
    expect(present1(second, cvca, channel(on))).toBe(0x9000);
    const writes = on.card.writes;
    const sm = channel(on);
    expect(present1(second, cvca, sm)).toBe(0x9000);
    expect(on.card.writes).toBe(writes);
    const impostor = successor(2, cvca);
    expect(present1(impostor, cvca, sm)).toBe(0x9000);
    expect(present1({ ...dv, car: second.chr, effective: '261201' }, impostor, sm)).toBe(0x6300);
    expect(points(on)).toEqual([second.chr, cvca.chr]);
  });

  it('one that has expired verifies nothing and stays', () => {
    const on = issued();
    const second = successor(2, cvca, { effective: '371230', expires: '491231' });
    expect(present1(second, cvca, channel(on))).toBe(0x9000);
    expect(present1({ ...dv, car: second.chr, effective: '380101', expires: '380401' }, second, channel(on))).toBe(0x9000);
    expect(cardDate(on)).toBe('380101');
    expect(present1({ ...dv, effective: '371231', expires: '380401' }, cvca, channel(on))).toBe(0x6985);
    expect(present1(successor(3, cvca, { effective: '371231', expires: '491231' }), cvca, channel(on))).toBe(0x6985);
    expect(points(on)).toEqual([second.chr, cvca.chr]);
  });
});

describe('the proof (section 3)', () => {
  /** A session whose chain is verified. */
  const ready = (on = issued(), holder = end): Sm => {
    const sm = channel(on);
    presentChain(sm, holder);
    return sm;
  };
  const externalAuthenticate = (sm: Sm, signature: Uint8Array): number => sm.command('00820000', signature).sw;

  it('MSE:SET AT refuses another form, another protocol and another reference', () => {
    const set = (...parts: Uint8Array[]): number => ready().command('002281A4', Buffer.concat(parts)).sw;
    const protocol = tlv(0x80, hex('04007F00070202020203'));
    const name = tlv(0x83, Buffer.from(end.chr));
    const claimed = valueOf(auxiliary(), 0x67, 0x73);
    expect(set(protocol, name, auxiliary())).toBe(0x9000);
    expect(set(protocol, name)).toBe(0x6a80);
    expect(set(protocol, name, tlv(0x67))).toBe(0x6a80);
    expect(set(name, protocol, auxiliary())).toBe(0x6a80);
    expect(set(protocol, auxiliary())).toBe(0x6a80);
    expect(set(tlv(0x80, hex('04007F00070202020202')), name, auxiliary())).toBe(0x6a80);
    expect(set(protocol, name, tlv(0x67, tlv(0x73, claimed, tlv(0x53, Buffer.alloc(5)))))).toBe(0x6a80);
    expect(set(protocol, name, tlv(0x67, tlv(0x73, claimed.subarray(0, 23), tlv(0x53, Buffer.alloc(4)))))).toBe(0x6a80);
    expect(set(protocol, name, tlv(0x67, tlv(0x73, tlv(0x06, hex('2A')), tlv(0x53, Buffer.alloc(5)))))).toBe(0x6a80);
    expect(set(protocol, name, auxiliary(), Buffer.of(0))).toBe(0x6a80);
    expect(set(protocol, tlv(0x83, Buffer.from('CNT0010200008')), auxiliary())).toBe(0x6a88);
    expect(set(protocol, tlv(0x83, Buffer.from(dv.chr)), auxiliary())).toBe(0x6a88);
  });

  it('needs a terminal: a document verifier is none', () => {
    const sm = channel(issued());
    expect(present1(dv, cvca, sm)).toBe(0x9000);
    expect(setAt(sm, dv.chr)).toBe(0x6a88);
    expect(setAt(channel(issued()), cvca.chr)).toBe(0x6a88);
  });

  it('GET CHALLENGE comes right after MSE:SET AT, EXTERNAL AUTHENTICATE right after it', () => {
    expect(getChallenge(ready()).sw).toBe(0x6985);
    const between: readonly ((sm: Sm) => unknown)[] = [
      (sm) => sm.command('00B08200', undefined, 256),
      (sm) => setDst(sm, cvca.chr),
      (sm) => sm.command('00A4020C', hex('0102')),
      (sm) => sm.command('00CB3FFF', getData(0xc9), 256),
    ];
    for (const other of between) {
      const late = ready();
      expect(setAt(late, end.chr)).toBe(0x9000);
      other(late);
      expect(getChallenge(late).sw).toBe(0x6985);
      const sm = ready();
      expect(setAt(sm, end.chr)).toBe(0x9000);
      const { data } = getChallenge(sm);
      other(sm);
      expect(externalAuthenticate(sm, proof(sm, end, data))).toBe(0x6985);
    }
    const twice = ready();
    setAt(twice, end.chr);
    getChallenge(twice);
    expect(getChallenge(twice).sw).toBe(0x6985);
    const skipped = ready();
    setAt(skipped, end.chr);
    expect(externalAuthenticate(skipped, proof(skipped, end, Buffer.alloc(8)))).toBe(0x6985);
  });

  it('has a challenge of 8 bytes, fresh each time', () => {
    const sm = ready();
    const seen = [1, 2, 3].map(() => (setAt(sm, end.chr), getChallenge(sm).data.toString('hex')));
    expect(new Set(seen).size).toBe(3);
    expect(seen.every((challenge) => challenge.length === 16)).toBe(true);
    setAt(sm, end.chr);
    expect(sm.command('00840000', undefined, 256).data).toHaveLength(8);
    setAt(sm, end.chr);
    expect(sm.command('00840000', undefined, 16).sw).toBe(0x6700);
  });

  const attacks: readonly (readonly [string, (sm: Sm, challenge: Buffer, on: IssuedCard) => Buffer])[] = [
    ['another key', (sm, challenge) => proof(sm, { ...end, pair: newPair() }, challenge)],
    ['the key of the document verifier', (sm, challenge) => proof(sm, dv, challenge)],
    ['another challenge', (sm) => proof(sm, end, Buffer.alloc(8))],
    ['another chip', (sm, challenge) => signed(end.pair, newPair().point.subarray(1, 33), challenge, sm.ephemeral, auxiliary())],
    ['another channel', (sm, challenge) => signed(end.pair, sm.chip, challenge, newPair().point.subarray(1, 33), auxiliary())],
    ['an altered time', (sm, challenge) => proof(sm, end, challenge, auxiliary(1_800_000_001))],
    ['an altered purpose', (sm, challenge) => proof(sm, end, challenge, auxiliary(1_800_000_000, 2))],
    ['no auxiliary data', (sm, challenge) => proof(sm, end, challenge, Buffer.alloc(0))],
    ['zeros', () => Buffer.alloc(64)],
  ];
  it.each(attacks)('a signature of %s is wrong, ends the session and leaves no record', (_, forge) => {
    const on = issued();
    const sm = ready(on);
    expect(setAt(sm, end.chr)).toBe(0x9000);
    const writes = on.card.writes;
    expect(externalAuthenticate(sm, forge(sm, getChallenge(sm).data, on))).toBe(0x6300);
    expect(on.card.writes).toBe(writes);
    expect(reply(on.send(sm.wrap('00B08300', Buffer.alloc(0), 256))).sw).toBe(0x6882);
  });

  it('a challenge serves once: a proof seen before is wrong in a new session, of the same card too', () => {
    const on = issued();
    const sm = ready(on);
    setAt(sm, end.chr);
    const seen = proof(sm, end, getChallenge(sm).data);
    expect(externalAuthenticate(sm, seen)).toBe(0x9000);
    const again = ready(on);
    setAt(again, end.chr);
    getChallenge(again);
    expect(externalAuthenticate(again, seen)).toBe(0x6300);
  });

  it('a signature of another length is refused, and uses the challenge up', () => {
    const sm = ready();
    setAt(sm, end.chr);
    const { data } = getChallenge(sm);
    expect(externalAuthenticate(sm, proof(sm, end, data).subarray(1))).toBe(0x6700);
  });
});
