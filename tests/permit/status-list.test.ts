import { deflateSync, inflateSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signSign1 } from '../../src/cose/index.js';
import * as permit from '../../src/permit/index.js';
import { at, crypto, kidOf, publicOf, seeds, trustPayload, uri } from './world.js';

const inflate: permit.Inflate = (deflated, limit) => new Uint8Array(inflateSync(deflated, { maxOutputLength: limit }));
const packed = permit.packStatuses([[1, 1], [2, 2], [3, 3]], 6);
const claims: permit.StatusListClaims = { uri, issuedAt: at('2026-06-01'), expires: at('2026-07-01'), ttl: 3600, deflated: new Uint8Array(deflateSync(packed)) };
const sign = (over: Partial<permit.StatusListClaims> = {}, seed = seeds.status, kid = kidOf(seeds.status)): Uint8Array =>
  signSign1({ typ: permit.permitTyp.statusList, kid, payload: permit.encodeStatusListToken({ ...claims, ...over }), seed }, crypto.ed25519);
const verify = (bytes: Uint8Array) => permit.verifyStatusListToken(bytes, trustPayload, crypto, inflate);

interface Vector { readonly bits: number; readonly bytes: string; readonly zlib: string }
const folder = process.env['STANDARD_VECTORS'];
describe.runIf(folder !== undefined)('IETF Token Status List, short vectors', () => {
  const read = (): Vector[] => (JSON.parse(readFileSync(join(folder ?? '', 'status-list', 'short.json'), 'utf8')) as { vectors: Vector[] }).vectors;
  test('2 bits: inflates, reads and packs as published', () => {
    const vector = read().find(({ bits }) => bits === 2);
    const bytes = new Uint8Array(Buffer.from(vector?.bytes ?? '', 'hex'));
    expect(inflate(new Uint8Array(Buffer.from(vector?.zlib ?? '', 'hex')), 100)).toEqual(bytes);
    const list = new permit.StatusList(bytes, uri, 0, 0, 0);
    const statuses = Array.from({ length: list.size }, (_, i) => list.get(i) ?? 0);
    // c9 44 f9: entries of the draft's figure
    expect(statuses).toEqual([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
    expect(permit.packStatuses(Uint8Array.from(statuses), 12)).toEqual(bytes);
  });
  test('1 bit: the same bytes inflate (this product packs two)', () => {
    const vector = read().find(({ bits }) => bits === 1);
    expect(Buffer.from(inflate(new Uint8Array(Buffer.from(vector?.zlib ?? '', 'hex')), 100)).toString('hex')).toBe(vector?.bytes);
  });
});

test('padding of the last byte is "not confirmed", beyond it nothing is found', () => {
  const list = new permit.StatusList(packed, uri, 0, 0, 0);
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((i) => list.get(i))).toEqual([0, 1, 2, 3, 0, 0, 3, 3]);
  for (const index of [8, -1, 0.5, 2 ** 40, Number.NaN]) expect(list.get(index)).toBeUndefined();
});

test('dense, sparse and read back agree', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 3, maxLength: 70 }), fc.constantFrom<permit.Status>(0, 1, 2, 3), (statuses, rest) => {
      const dense = permit.packStatuses(statuses, statuses.length);
      const sparse = permit.packStatuses([...statuses].map((status, i): [number, permit.Status] => [i, status as permit.Status]), statuses.length, rest);
      expect(sparse).toEqual(dense);
      const list = new permit.StatusList(dense, uri, 0, 0, 0);
      statuses.forEach((status, i) => expect(list.get(i)).toBe(status));
    }),
  );
  expect(permit.packStatuses([], 4, 3)).toEqual(Uint8Array.of(0xff));
  expect(() => permit.packStatuses([[4, 1]], 4)).toThrow(RangeError);
  expect(() => permit.packStatuses(Uint8Array.of(4), 1)).toThrow(RangeError);
  expect(() => permit.packStatuses(Uint8Array.of(1), 2)).toThrow(RangeError);
});

test('token: verified under the trust list, refused by name', () => {
  const result = verify(sign());
  expect(result).toMatchObject({ ok: true, list: { uri, issuedAt: claims.issuedAt, size: 8 } });
  const reason = (bytes: Uint8Array): string => {
    const refused = verify(bytes);
    return refused.ok ? 'accepted' : refused.reason;
  };
  expect(reason(sign({}, seeds.other))).toBe('status-list-signature');
  expect(reason(sign({}, seeds.issuer, kidOf(seeds.issuer)))).toBe('status-list-signer-unknown');
  expect(reason(sign({ issuedAt: at('2031-01-01') }))).toBe('status-list-signer-window');
  expect(reason(sign({ deflated: Uint8Array.of(1, 2, 3) }))).toBe('status-list-zlib');
  expect(reason(Uint8Array.of(0xff))).toBe('status-list-malformed');
  expect(permit.parseStatusListToken(sign(), publicOf(seeds.status), crypto, inflate)).toMatchObject({ ok: true });
  const bomb = new Uint8Array(deflateSync(new Uint8Array(17 * 1024 * 1024)));
  expect(reason(sign({ deflated: bomb }))).toBe('status-list-zlib');
});

test('3.5 million entries keep their places', () => {
  const size = 3_500_000;
  const list = new permit.StatusList(permit.packStatuses(new Uint8Array(size).map((_, i) => (i % 20 === 0 ? 1 : 0)), size), uri, 0, 0, 0);
  for (let i = 0; i < 100_000; i += 1) {
    const index = (i * 7_919) % size;
    if (list.get(index) !== (index % 20 === 0 ? 1 : 0)) expect.fail(`index ${index}`);
  }
  expect(list.get(size)).toBeUndefined();
});
