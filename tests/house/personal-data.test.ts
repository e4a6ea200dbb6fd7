import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { inventAdult, inventChild, portraitOf } from '../../src/cli/invented/index.js';
import { gbkOf, personalDataIn, type Hit, type SoughtPerson } from '../personal-data.js';

const day = '2026-03-01';
const scratch = mkdtempSync(join(tmpdir(), 'wz-search-'));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(scratch, 'case-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** Bytes that look like ciphertext, the same at every run. */
const noise = (seed: string, length: number): Buffer => {
  const parts: Buffer[] = [];
  for (let i = 0; i * 32 < length; i += 1) parts.push(createHash('sha256').update(`${seed} ${i}`).digest());
  return Buffer.concat(parts).subarray(0, length);
};

const child = inventChild({ seed: 3, onDate: day });
const photo = portraitOf(child, day);
const person: SoughtPerson = { application: { ...child, residence: { ...child.residence, employer: '样例鞋业有限公司第1厂' } }, photo };
const other = inventAdult({ seed: 4, onDate: day, kind: 'residence' });
const stranger: SoughtPerson = { application: other, photo: portraitOf(other, day) };

const { application } = person;
const data = {
  name: application.name,
  'ID number': application.idNumber,
  'ID number without its check character': application.idNumber.slice(0, 17),
  'registered address': application.registeredAddress,
  'residence address': application.residence.address,
  employer: application.residence.employer ?? '',
  phone: application.phone ?? '',
  'guardian’s name': application.guardian?.name ?? '',
  'guardian’s ID number': application.guardian?.idNumber ?? '',
  'guardian’s ID number without its check character': application.guardian?.idNumber.slice(0, 17) ?? '',
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** Plants text as a program would write it: `before` bytes stand before it in the same encoded string. */
const base64 = (bytes: Uint8Array, before: number, form: 'base64' | 'base64url'): Buffer => Buffer.from(Buffer.concat([Buffer.alloc(before, '"'), bytes, Buffer.from('","')]).toString(form));
const ways: readonly (readonly [encoding: string, plant: (bytes: Uint8Array, text: string) => Uint8Array | undefined])[] = [
  ['utf-8', (bytes) => bytes],
  ['utf-16le', (_bytes, text) => Buffer.from(`"${text}"`, 'utf16le')],
  ['utf-16be', (_bytes, text) => Buffer.from(`"${text}"`, 'utf16le').swap16()],
  ['gbk', (_bytes, text) => gbkOf(`: "${text}",`)],
  ['hex', (bytes) => Buffer.from(hex(bytes))],
  ['hex, upper case', (bytes) => Buffer.from(hex(bytes).toUpperCase())],
  ...[0, 1, 2].map((before) => [`base64 at ${before}`, (bytes: Uint8Array) => base64(bytes, before, 'base64')] as const),
  ...[0, 1, 2].map((before) => [`base64url at ${before}`, (bytes: Uint8Array) => base64(bytes, before, 'base64url')] as const),
];
const plant = (bytes: Uint8Array): void => writeFileSync(join(folder, 'planted'), Buffer.concat([noise('before', 4_097), bytes, noise('after', 70)]));

/** Encodings that give the same bytes are found under one name: ASCII is the same in GBK, digits in both cases of hex, most text in both forms of base64. */
const alike = (encoding: string): RegExp => new RegExp(`^(?:${encoding === 'gbk' ? 'gbk|utf-8' : encoding.replace(', upper case', '(?:, upper case)?').replace('base64url', 'base64(?:url)?')})$`);

describe('a person in the bytes of a folder', () => {
  it.each(Object.keys(data))('is found by %s in every encoding', (what) => {
    const text = data[what as keyof typeof data];
    expect(text.length).toBeGreaterThan(1);
    for (const [encoding, planted] of ways) {
      const bytes = planted(Buffer.from(text), text);
      if (bytes === undefined) throw new Error(`${what} cannot be written in ${encoding}`);
      plant(bytes);
      const hits = personalDataIn(folder, [stranger, person]);
      expect(hits.filter((hit) => hit.what === what && alike(encoding).test(hit.encoding)).map(({ file }) => file), `${what}, ${encoding}`).toEqual(['planted']);
    }
  });

  it('is found by a name of two characters, which is four bytes in UTF-16 and GBK', () => {
    const short: SoughtPerson = { application: { ...other, name: '林安' } };
    for (const [encoding, planted] of ways) {
      const bytes = planted(Buffer.from('林安'), '林安');
      if (bytes === undefined) throw new Error(encoding);
      plant(bytes);
      expect(personalDataIn(folder, [short]).filter((hit) => alike(encoding).test(hit.encoding)), encoding).toMatchObject([{ file: 'planted', what: 'name' }]);
    }
    plant(Buffer.concat([noise('left', 9), gbkOf('林安') ?? Buffer.alloc(0), noise('right', 9)]));
    expect(personalDataIn(folder, [short])).toEqual([]);
  });

  it('is found by any piece of the photo that is long enough, in every encoding of bytes', () => {
    const piece = photo.slice(2_000, 3_300);
    const raw: readonly (readonly [string, Uint8Array])[] = [['bytes', piece], ...ways.filter(([way]) => /^(hex|base64)/.test(way)).map(([way, planted]) => [way, planted(piece, '') ?? piece] as const)];
    for (const [encoding, bytes] of raw) {
      plant(bytes);
      const form = alike(encoding.replace(/ at \d$/, ''));
      const hits = personalDataIn(folder, [person]);
      expect(hits.filter((hit) => hit.what.startsWith('photo') && form.test(hit.encoding.replace(/ at \d$/, ''))).length, encoding).toBeGreaterThan(0);
    }
  });

  it('is found below folders, in the name of a file, behind a link and in a database that is open, with its write-ahead log', () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/log'), `{"msg":"${application.name}"}\n`);
    writeFileSync(join(folder, `a/${application.idNumber}.json`), '');
    symlinkSync(`/nowhere/${application.phone ?? ''}`, join(folder, 'link'));
    const db = new Database(join(folder, 'some.db'));
    db.pragma('journal_mode = WAL');
    db.pragma('wal_autocheckpoint = 0');
    db.exec('create table t (x text)');
    db.prepare('insert into t values (?)').run(application.registeredAddress);
    const expected: Hit[] = [
      { file: 'a/b/log', what: 'name', encoding: 'utf-8' },
      { file: `a/${application.idNumber}.json`, what: 'ID number', encoding: 'file name, utf-8' },
      { file: 'link', what: 'phone', encoding: 'utf-8' },
      { file: 'some.db-wal', what: 'registered address', encoding: 'utf-8' },
    ];
    expect(personalDataIn(folder, [person])).toEqual(expect.arrayContaining(expected));
    db.close();
    expect(personalDataIn(folder, [person])).toContainEqual({ file: 'some.db', what: 'registered address', encoding: 'utf-8' });
  });

  it('is found as a whole application in JSON that was encoded once more', () => {
    writeFileSync(join(folder, 'body'), Buffer.from(JSON.stringify(application)).toString('base64url'));
    expect(new Set(personalDataIn(folder, [person]).map(({ what }) => what))).toEqual(new Set(Object.keys(data)));
  });

  it('is not found in ciphertext, in another person’s file, or in a photo’s tables', () => {
    writeFileSync(join(folder, 'noise'), noise('megabytes', 4_000_000));
    const text = JSON.stringify(stranger.application);
    writeFileSync(join(folder, 'stranger'), Buffer.concat([Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(hex(Buffer.from(text))), stranger.photo ?? Buffer.alloc(0)]));
    writeFileSync(join(folder, 'tables'), photo.slice(0, 600));
    expect(personalDataIn(folder, [person])).toEqual([]);
  });
});
