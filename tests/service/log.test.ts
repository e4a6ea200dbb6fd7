import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from '../../src/service/log-file.js';
import { errorFields, loggerOptions, openLog, type LogFields } from '../../src/service/log.js';
import { applicant, jpegOf } from '../workflows/fixtures.js';
import { needlesOf, search } from './byte-search.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rc-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const person = applicant();
const photo = jpegOf(2_000);
const secrets = {
  name: person.name,
  'ID number': person.idNumber,
  address: person.residence.address,
  'permit number': '330302202600000428',
  PIN: '274915',
  password: '口令-Pw9-测试',
  APDU: '00A4040006F0575A52500100',
  photo,
};
const needles = needlesOf(secrets);
/** Whatever a careless line of code may hand to the log. */
const careless = {
  application: person,
  photo,
  pin: secrets.PIN,
  password: secrets.password,
  permitNumber: secrets['permit number'],
  apdu: secrets.APDU,
  // Under names that are on the list, too.
  code: secrets.password, run: secrets['permit number'], workflow: person.name, error: `${person.name}Error`, at: secrets.APDU, signal: secrets['ID number'], reason: person.residence.address, version: secrets.PIN, mode: person.name,
  ms: secrets.PIN, seq: { permitNumber: secrets['permit number'] }, bytes: photo, pid: [secrets['ID number']], level: person.name, time: secrets['ID number'], msg: person.name, hostname: person.name,
};

const lines = (): Record<string, unknown>[] => readFileSync(join(folder, 'service.log'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

describe('what the log holds', () => {
  it('is nothing of a person, whatever it is handed', () => {
    // The logger itself, as code that goes around our own methods would use it.
    const file = new LogFile(folder);
    const logger = pino(loggerOptions, file);
    logger.info(careless);
    logger.info(careless, person.name);
    logger.warn(person.name);
    logger.error('%s has %s', person.name, secrets['ID number']);
    logger.error(new Error(`cannot read ${person.name}`));
    logger.error({ err: new Error(secrets.password), error: new Error(person.name) }, secrets.password);
    logger.fatal([person.name], 'bug');
    file.close();
    const log = openLog(folder);
    log.info('run ended', careless as unknown as LogFields);
    log.error('bug', errorFields(new TypeError(`${person.name} ${secrets['ID number']}`)));
    log.error('bug', errorFields(secrets['ID number']));
    log.close();
    expect(lines()).toHaveLength(10);
    expect(search(folder, needles)).toEqual([]);
    // The search finds what it looks for.
    new LogFile(folder).write(JSON.stringify(careless));
    expect(search(folder, needles).length).toBeGreaterThan(6);
  });

  it('is what happened, where and how long', () => {
    const log = openLog(folder);
    const run = 'b1a7c2de-0000-4000-8000-0123456789ab';
    log.info('run ended', { run, workflow: 'verify', code: 'CARD_ABSENT', ms: 31, apdus: 5, bytes: 1_200 });
    log.close();
    expect(lines()).toEqual([{ level: 'info', time: expect.stringMatching(/^20\d\d-/) as string, pid: process.pid, run, workflow: 'verify', code: 'CARD_ABSENT', ms: 31, apdus: 5, bytes: 1_200, msg: 'run ended' }]);
    expect(statSync(join(folder, 'service.log')).mode & 0o077).toBe(0);
  });

  it('names of a bug its class and its place', () => {
    const thrown = ((): unknown => {
      try {
        return (undefined as unknown as { x: { y: number } }).x.y;
      } catch (error) {
        return error;
      }
    })();
    expect(errorFields(thrown)).toEqual({ error: 'TypeError', at: expect.stringMatching(/^[a-z.-]+\.ts:\d+$/) as string });
  });
});

describe('its files', () => {
  const closed = (): string[] => readdirSync(folder).filter((name) => name.startsWith('service-')).sort();

  it('turn by size and keep every line', () => {
    let now = Date.UTC(2026, 0, 1);
    const file = new LogFile(folder, { fileBytes: 100, now: () => (now += 1_000) });
    for (let n = 0; n < 10; n += 1) file.write(`${String(n).padStart(39, '0')}\n`);
    file.close();
    expect(closed()).toHaveLength(4);
    const all = [...closed(), 'service.log'].map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    expect(all.trimEnd().split('\n').map(Number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // Goes on where it was after a restart.
    const again = new LogFile(folder, { fileBytes: 100, now: () => (now += 1_000) });
    again.write(`${'x'.repeat(39)}\n`);
    expect(closed()).toHaveLength(5);
    again.close();
  });

  it('are kept for more than six months, and no longer; a flood does not fill the disk', () => {
    const day = 86_400_000;
    let now = Date.now();
    const file = (): LogFile => new LogFile(folder, { fileBytes: 10, mostFiles: 5, now: () => now });
    const first = file();
    first.write('aaaaaaaa\n');
    first.write('bbbbbbbb\n');
    first.close();
    const [oldest = ''] = closed();
    const write = (days: number): string[] => {
      utimesSync(join(folder, oldest), new Date(now - days * day), new Date(now - days * day));
      const one = file();
      one.write('c\n');
      one.close();
      return closed();
    };
    expect(write(184)).toContain(oldest);
    expect(write(191)).not.toContain(oldest);
    for (let n = 0; n < 20; n += 1) {
      now += 1_000;
      const one = file();
      one.write('dddddddd\n');
      one.close();
    }
    expect(closed().length).toBeLessThanOrEqual(5);
  });

  it('that cannot be written cost no work', () => {
    const log = openLog(join(folder, 'service.log', 'not a folder'));
    new LogFile(folder).write('x\n');
    expect(() => log.info('service ready')).not.toThrow();
  });
});
