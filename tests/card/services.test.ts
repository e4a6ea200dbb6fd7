import { describe, expect, it } from 'vitest';
import { files, putObject, readAccessLog, readObject, readServices, readSlots, serviceObjects } from '../../src/card/index.js';
import { concat, encodeTlv, fromHex, toHex } from '../../src/iso7816/index.js';
import { clearApplication, clearSession } from './clear-channel.js';

const invalid: unknown = expect.objectContaining({ code: 'CARD_ANSWER_INVALID' });
const objects = [Uint8Array.of(0xa1), new Uint8Array(640).fill(0xb2), new Uint8Array(200).fill(0xc3)];
const content = (list: readonly Uint8Array[]): Uint8Array => concat(...list.map((object) => encodeTlv(0x53, object)));
const readServicesCommand = '00B08700 0010FE';
const status = (slots: string): string => toHex(encodeTlv(0xc9, fromHex(`900400000001 910400000000 920400000009 9303261124 ${toHex(encodeTlv(0x94, fromHex(slots)))} 9501FF`)));
const getStatus = (slots: string): [string, string] => ['00CB3FFF 000003 5C01C9 10FE', `${status(slots)} 9000`];


describe('EF.Services', () => {
  it('is a series of objects, short and long, and none where it is empty', () => {
    expect(serviceObjects(content(objects))).toEqual(objects);
    expect(serviceObjects(new Uint8Array())).toEqual([]);
    expect(serviceObjects(content(Array.from({ length: 12 }, () => new Uint8Array(640).fill(1))))).toHaveLength(12);
  });

  it.each<readonly [string, Uint8Array]>([
    ['another tag', fromHex('530101540102')],
    ['a bare object', fromHex('d28440a040')],
    ['cut short', fromHex('53010153020a')],
    ['a length that is not minimal', fromHex('53810101')],
    ['padding behind', fromHex('53010100')],
    ['an empty record', fromHex('5300')],
    ['a record of 641 bytes', content([new Uint8Array(641)])],
    ['thirteen records', content(Array.from({ length: 13 }, () => Uint8Array.of(1)))],
  ])('refuses %s', (_, bytes) => {
    expect(() => serviceObjects(bytes)).toThrow(invalid);
  });

  it('is read by offset in one command where it fits, the objects in its order', async () => {
    const { application, left } = await clearApplication([[readServicesCommand, `${toHex(content(objects))} 6282`]]);
    expect(await readServices(application)).toEqual(objects);
    expect(left()).toBe(0);
  });

  it('is empty at offset 0', async () => {
    const { application } = await clearApplication([[readServicesCommand, '9000']]);
    expect(await readServices(application)).toEqual([]);
  });

  it('is read in steps by a short reader, and has no room for more than twelve records', async () => {
    const bytes = toHex(content(objects));
    const steps: [string, string][] = [];
    for (let at = 0; at < bytes.length / 2 - 1; at += 255) {
      const part = bytes.slice(2 * at, 2 * (at + 256));
      steps.push([at === 0 ? '00B0870000' : `00B0${at.toString(16).padStart(4, '0')}00`, part + (part.length < 512 ? '6282' : '9000')]);
    }
    const { application, left } = await clearApplication(steps, false);
    expect(await readServices(application)).toEqual(objects);
    expect(left()).toBe(0);
    const endless = await clearApplication([[readServicesCommand, `${'00'.repeat(4_350)} 9000`], ['00B010FD 0010FE', `${'00'.repeat(4_350)} 9000`]]);
    await expect(readServices(endless.application)).rejects.toThrow(invalid);
    expect(files.services.limit).toBe(12 * 644);
  });
});

describe('slots by department', () => {
  it('are all of them where all were read', async () => {
    const { application } = await clearApplication([[readServicesCommand, `${toHex(content(objects))} 6282`], getStatus('000300000001 000700000009 FFFE00000004')]);
    const { slots, status: told } = await readSlots(application, [7]);
    expect([...slots]).toEqual([[3, objects[0]], [7, objects[1]], [0xfffe, objects[2]]]);
    expect(told.slots.get(7)).toBe(9);
  });

  it('are those of the terminal where it may read its own alone', async () => {
    const { application } = await clearApplication([[readServicesCommand, '5301A1 5301B2 6282'], getStatus('000300000001 000700000009 FFFE00000004')]);
    const { slots } = await readSlots(application, [0xfffe, 3, 5]);
    expect([...slots].map(([department, object]) => [department, toHex(object)])).toEqual([[3, 'a1'], [0xfffe, 'b2']]);
  });

  it('are not guessed', async () => {
    const { application } = await clearApplication([[readServicesCommand, '5301A1 6282'], getStatus('000300000001 000700000009')]);
    await expect(readSlots(application, [5])).rejects.toThrow(invalid);
  });

  it('give an update its own object back, or nothing where there is none yet', async () => {
    const read = async (department: number): Promise<string> => {
      const { application } = await clearApplication([[readServicesCommand, '5301A1 6282'], getStatus('000300000001')]);
      return toHex((await readObject(application, { file: 'services', department })).object);
    };
    expect([await read(3), await read(4)]).toEqual(['a1', '']);
  });
});

describe('PUT DATA', () => {
  it.each<readonly [Parameters<typeof putObject>[1], string]>([
    [{ file: 'residence' }, '00DB3FFF 0B C509 900400000102 5301AA'],
    [{ file: 'endorsements' }, '00DB3FFF 0B C609 900400000102 5301AA'],
    [{ file: 'services', department: 0xfffe }, '00DB3FFF 0F C70D 9102FFFE 900400000102 5301AA'],
  ])('%j', async (target, command) => {
    const { session, left } = clearSession([[command, '9000']]);
    await putObject(session, target, 0x102, Uint8Array.of(0xaa));
    expect(left()).toBe(0);
  });
  it.each([0x6982, 0x6985, 0x6a84])('tells the status %i', async (sw) => {
    const { session } = clearSession([['00DB3FFF 0B C509 900400000102 5301AA', sw.toString(16)]]);
    await expect(putObject(session, { file: 'residence' }, 0x102, Uint8Array.of(0xaa))).rejects.toMatchObject({ code: 'CARD_STATUS', sw });
  });
});

describe('reading in few commands', () => {
  const held = ['00CB3FFF 000005 5C03C3C5C9 10FE', `C301A3 C500 ${status('')} 9000`] as const;

  it('takes holder, residence and status by one', async () => {
    const { application, left } = await clearApplication([held]);
    const { contents, status: told } = await application.readFilesWithStatus('holder', 'residence');
    expect([toHex(contents.holder), toHex(contents.residence), told.counters.services, left()]).toEqual(['a3', '', 9, 0]);
  });

  it('takes the status alone behind files that each fill an answer', async () => {
    const { application, left } = await clearApplication([['00B08400 0010FE', 'FFD8 6282'], getStatus('')]);
    expect(toHex((await application.readFilesWithStatus('photo')).contents.photo)).toBe('ffd8');
    expect(left()).toBe(0);
  });

  it('takes the status of a short reader by its own command', async () => {
    const { application, left } = await clearApplication([['00B0830000', 'A3 6282'], ['00B0850000', '9000'], ['00CB3FFF 03 5C01C9 00', `${status('')} 9000`]], false);
    expect(toHex((await application.readFilesWithStatus('holder', 'residence')).contents.holder)).toBe('a3');
    expect(left()).toBe(0);
  });

  it('takes no content that no file has room for', async () => {
    const long = toHex(encodeTlv(0xc3, new Uint8Array(641)));
    const { application } = await clearApplication([['00CB3FFF 000003 5C01C3 10FE', `${long} 9000`]]);
    await expect(application.readFiles('holder')).rejects.toThrow(invalid);
    const binary = await clearApplication([['00B0830000', `${'00'.repeat(256)} 9000`], ['00B000FF00', `${'00'.repeat(256)} 9000`], ['00B001FE00', `${'00'.repeat(256)} 6282`]], false);
    await expect(binary.application.readFiles('holder')).rejects.toThrow(invalid);
  });

  it('takes a refusal of one of them for all', async () => {
    const { application } = await clearApplication([[held[0], '6982']]);
    await expect(application.readFilesWithStatus('holder', 'residence')).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
  });

  it('reads the log by one command, by steps on a short reader', async () => {
    const record = '00000001 261124 01 6B04E3C0 01 434E542D3030303030313030303031';
    const entry = { sequence: 1, cardDate: '2026-11-24', rights: ['inspect'], claimedTime: 0x6b04e3c0, purpose: 1, holderReference: 'CNT-00000100001' };
    const long = await clearApplication([['00CB3FFF 000003 5C01CA 10FE', `CA1E 531C ${record} 9000`]]);
    expect(await readAccessLog(long.application)).toEqual([entry]);
    const short = await clearApplication([['00B08A0000', `531C ${record} 6282`]], false);
    expect(await readAccessLog(short.application)).toEqual([entry]);
  });
});
