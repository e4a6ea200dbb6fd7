import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../../src/emulator/cv-certificate.js';
import { ALL_RIGHTS, bodyParts, certificate, chat, cvca, digits, DOMAIN, dv, extensions, newPair, publicKey, ROLE, signed, terminal } from './mini-cvc.js';
import { hex, tlv } from './mini-terminal.js';

const end = terminal(['inspect', 'service'], [0x0102, 0xffff]);

/** A terminal's certificate with some of its objects replaced. */
const spoilt = (changes: Partial<ReturnType<typeof bodyParts>>, holder = end): Buffer => certificate(holder, dv.pair, { ...bodyParts(holder), ...(changes as Record<string, Buffer>) });
const point = end.pair.point;
const reference = (text: string): Buffer => Buffer.from(text, 'latin1');
const oddPoint = Buffer.concat([point.subarray(0, 64), Buffer.of(point.readUInt8(64) ^ 1)]);
const cvcaKey = bodyParts(cvca).key!;

/** The CVCA's key with one domain parameter changed in its last bit. */
function otherDomain(name: string): Buffer {
  const altered = Buffer.from(cvcaKey);
  const at = altered.indexOf(DOMAIN[name]!) + DOMAIN[name]!.length - 1;
  altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
  return altered;
}

describe('what a certificate says (terminal-authentication.md 1)', () => {
  it('reads a terminal, its rights, days and departments', () => {
    const contents = certificate(end, dv.pair);
    const parsed = parseCertificate(contents);
    expect(parsed).toMatchObject({ role: 'terminal', rights: 0x09, departments: [0x0102, 0xffff], hasDomainParameters: false });
    expect(Buffer.from(parsed!.effective).toString('hex') + Buffer.from(parsed!.expires).toString('hex')).toBe('261001270131');
    expect(Buffer.from(parsed!.reference).toString('latin1') + Buffer.from(parsed!.authority).toString('latin1')).toBe(end.chr + dv.chr);
    expect(Buffer.concat([parsed!.body, hex('5F3740'), parsed!.signature])).toEqual(contents);
  });

  it('reads the roles, and ignores the bits of a CHAT that are not ours', () => {
    const read = (bytes: Buffer): [string, number] => {
      const { role, rights } = parseCertificate(certificate({ ...dv, chat: bytes }, dv.pair))!;
      return [role, rights];
    };
    expect(read(chat(ROLE.cvca, ALL_RIGHTS))).toEqual(['cvca', 0x1f]);
    expect(read(chat(ROLE.domestic, ['inspect']))).toEqual(['domestic-dv', 0x01]);
    expect(read(chat(ROLE.foreign, ['kiosk']))).toEqual(['foreign-dv', 0x02]);
    expect(read(chat(ROLE.terminal, ['endorse', 'manage']))).toEqual(['terminal', 0x14]);
    expect(read(hex('35FBFFFFCF'))).toEqual(['terminal', 0]);
    expect(read(hex('3FFFFFFFFF'))).toEqual(['terminal', 0x1f]);
  });

  it.each([
    ['no departments at all', {}, terminal(['inspect'])],
    ['an empty list of departments', { extensions: extensions([]) }, end],
    ['sixteen departments', { extensions: extensions(Array.from({ length: 16 }, (_, i) => i)) }, end],
    ['the last day of February of a leap year', { expires: tlv(0x5f24, digits('280229')) }, end],
    ['one day', { expires: tlv(0x5f24, digits('261001')) }, end],
    ['a sequence of letters and a mnemonic of ISO/IEC 8859-1', { chr: tlv(0x5f20, reference('CN\u00e9AB-00aZ9')) }],
    ['a reference of 16', { chr: tlv(0x5f20, reference('CNABCDEFGHI12345')) }, end],
  ])('takes %s', (_, changes, holder) => {
    expect(parseCertificate(spoilt(changes, holder))).toBeDefined();
  });
});

describe('anything else is no certificate', () => {
  it.each<[string, Partial<ReturnType<typeof bodyParts>>]>([
    ['another profile', { profile: tlv(0x5f29, Buffer.of(1)) }],
    ['no profile', { profile: Buffer.alloc(0) }],
    ['a CAR of 17', { car: tlv(0x42, reference('CNABCDEFGHIJ12345')) }],
    ['a CHR of 7', { chr: tlv(0x5f20, reference('CN12345')) }],
    ['a CHR of another country', { chr: tlv(0x5f20, reference('DEABCD00001')) }],
    ['a CHR with a control character', { chr: tlv(0x5f20, reference('CNAB\u000000001')) }],
    ['a CHR whose sequence has a hyphen', { chr: tlv(0x5f20, reference('CNABCD0000-1')) }],
    ['another algorithm', { key: tlv(0x7f49, tlv(0x06, hex('04007F00070202020202')), tlv(0x86, point)) }],
    ['a point that is not on the curve', { key: publicKey(oddPoint, false) }],
    ['a compressed point', { key: publicKey(Buffer.concat([Buffer.of(2), point.subarray(1, 33)]), false) }],
    ['infinity', { key: publicKey(Buffer.of(0), false) }],
    ['a point beyond the prime', { key: publicKey(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 0xff)]), false) }],
    ['another type of terminal', { chat: tlv(0x7f4c, tlv(0x06, hex('04007F000703010201')), tlv(0x53, Buffer.alloc(5))) }],
    ['a CHAT of four bytes', { chat: tlv(0x7f4c, tlv(0x06, hex('04007F000703010202')), tlv(0x53, Buffer.alloc(4))) }],
    ['a day of seven digits', { effective: tlv(0x5f25, Buffer.alloc(7, 1)) }],
    ['ASCII digits', { effective: tlv(0x5f25, Buffer.from('261001')) }],
    ['a month 13', { expires: tlv(0x5f24, digits('271301')) }],
    ['a month 00', { expires: tlv(0x5f24, digits('270001')) }],
    ['the 31st of April', { expires: tlv(0x5f24, digits('270431')) }],
    ['the 29th of February of a common year', { expires: tlv(0x5f24, digits('270229')) }],
    ['a day 00', { expires: tlv(0x5f24, digits('270400')) }],
    ['an end before the beginning', { expires: tlv(0x5f24, digits('260930')) }],
    ['objects in another order', { effective: tlv(0x5f24, digits('270131')), expires: tlv(0x5f25, digits('261001')) }],
    ['an object twice', { car: Buffer.concat([bodyParts(end).car!, bodyParts(end).car!]) }],
    ['an unknown object', { extensions: Buffer.concat([bodyParts(end).extensions!, tlv(0x53, Buffer.of(1))]) }],
    ['another extension', { extensions: tlv(0x65, tlv(0x73, tlv(0x06, hex('2A')), tlv(0x80))) }],
    ['two extensions', { extensions: tlv(0x65, extensions([1]).subarray(2), extensions([2]).subarray(2)) }],
    ['half a department', { extensions: tlv(0x65, tlv(0x73, bodyParts(end).extensions!.subarray(4, 27), tlv(0x80, Buffer.of(1)))) }],
    ['seventeen departments', { extensions: extensions(Array.from({ length: 17 }, (_, i) => i)) }],
    ['a length that is not minimal', { profile: hex('5F29810100') }],
    ['a length of three bytes that is not minimal', { profile: hex('5F2982000100') }],
    ['a length without an end', { extensions: hex('6580000000') }],
    ['a cofactor without parameters', { key: tlv(0x7f49, publicKey(point, false).subarray(3), tlv(0x87, Buffer.of(1))) }],
  ])('%s', (_, changes) => {
    expect(parseCertificate(spoilt(changes))).toBeUndefined();
  });

  it('departments in the certificate of a CVCA or a document verifier', () => {
    for (const holder of [cvca, dv]) {
      expect(parseCertificate(certificate(holder, cvca.pair))).toBeDefined();
      expect(parseCertificate(certificate({ ...holder, departments: [1] }, cvca.pair))).toBeUndefined();
    }
  });

  it.each(Object.keys(DOMAIN))('a domain parameter %s that is not that of P-256', (name) => {
    expect(parseCertificate(spoilt({ key: otherDomain(name) }, cvca))).toBeUndefined();
  });

  it('some of the domain parameters, or a cofactor 2', () => {
    const value = cvcaKey.subarray(5);
    const without = Buffer.concat([value.subarray(0, 12), value.subarray(12 + 34)]);
    expect(parseCertificate(spoilt({ key: tlv(0x7f49, without) }, cvca))).toBeUndefined();
    expect(parseCertificate(spoilt({ key: tlv(0x7f49, value.subarray(0, -3)) }, cvca))).toBeUndefined();
    expect(parseCertificate(spoilt({ key: tlv(0x7f49, value.subarray(0, -1), Buffer.of(2)) }, cvca))).toBeUndefined();
    expect(parseCertificate(spoilt({ key: tlv(0x7f49, value) }, cvca))).toBeDefined();
  });

  it('a signature of another length, trailing bytes, or 7F21 around it', () => {
    const body = tlv(0x7f4e, ...Object.values(bodyParts(end)));
    const signature = signed(newPair(), body);
    expect(parseCertificate(Buffer.concat([body, tlv(0x5f37, signature)]))).toBeDefined();
    for (const other of [signature.subarray(1), Buffer.concat([signature, Buffer.of(0)]), Buffer.alloc(0)]) {
      expect(parseCertificate(Buffer.concat([body, tlv(0x5f37, other)]))).toBeUndefined();
    }
    expect(parseCertificate(Buffer.concat([body, tlv(0x5f37, signature), Buffer.of(0)]))).toBeUndefined();
    expect(parseCertificate(tlv(0x7f21, body, tlv(0x5f37, signature)))).toBeUndefined();
    expect(parseCertificate(body)).toBeUndefined();
  });

  it('any cut, and no byte anywhere makes the parser throw', () => {
    const contents = certificate(end, dv.pair);
    for (let length = 0; length < contents.length; length++) expect(parseCertificate(contents.subarray(0, length))).toBeUndefined();
    fc.assert(
      fc.property(fc.nat(contents.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const altered = Buffer.from(contents);
        altered.writeUInt8(altered.readUInt8(at) ^ mask, at);
        const parsed = parseCertificate(altered);
        // What is still a certificate says what its bytes say: nothing is lost on the way
        if (parsed !== undefined) expect(Buffer.concat([parsed.body, hex('5F3740'), parsed.signature])).toEqual(altered);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => parseCertificate(bytes) === undefined), { numRuns: 500 });
  });
});
