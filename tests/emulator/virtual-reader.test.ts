import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cardStats, describeImage, EmulatedCard, insertCard, killPcscd, loadImage, readerName, removeCard, restartPcscd, saveImage, setCardFaults,
  startVirtualReader, stopVirtualReader, VirtualReaderError, virtualReaderStatus, waitForCardEnd,
} from '../../src/emulator/index.js';
import { blank, contents, personalise, sender, streamOf } from './fixtures.js';

const run = promisify(execFile);
const dir = mkdtempSync(join(tmpdir(), 'virtual-reader-'));
const key = Buffer.alloc(32, 4);
const issuedPath = join(dir, 'issued.card');
const blankPath = join(dir, 'blank.card');
let socket = '';

/** An independent client of the real PC/SC stack; a failing one gives its words all the same. */
async function client(program: string, parameters: string[], input?: string): Promise<string> {
  const child = run(program, parameters, { env: { ...process.env, PCSCLITE_CSOCK_NAME: socket }, timeout: 20_000 });
  child.child.stdin?.end(input ?? '');
  try {
    const { stdout, stderr } = await child;
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof VirtualReaderError ? error.code : String(error);
  }
};

beforeAll(async () => {
  saveImage(blankPath, blank(), key);
  const card = new EmulatedCard(blank());
  card.powerUp();
  personalise(sender(card), streamOf(contents));
  saveImage(issuedPath, card.image(), key);
  socket = (await startVirtualReader(dir)).socket;
});
afterAll(async () => {
  await stopVirtualReader(dir);
  rmSync(dir, { recursive: true });
});

describe('a private pcscd', () => {
  it('has a short socket path and two empty slots, and starts once', async () => {
    expect(socket.length).toBeLessThan(100);
    expect(virtualReaderStatus(dir).slots.map((slot) => slot.imagePath)).toEqual([undefined, undefined]);
    expect(await codeOf(startVirtualReader(dir))).toBe('ALREADY_RUNNING');
    const listed = await client('opensc-tool', ['-l']);
    expect(listed).toContain(readerName(0));
    expect(listed).toContain(readerName(1));
  });

  it('refuses what does not fit its state', async () => {
    expect(await codeOf(insertCard(dir, 2, issuedPath, key))).toBe('SLOT_UNKNOWN');
    expect(await codeOf(removeCard(dir, 0))).toBe('SLOT_EMPTY');
    expect(await codeOf(insertCard(dir, 0, issuedPath, Buffer.alloc(32)))).toBe('CARD_PROCESS_FAILED');
    expect(() => virtualReaderStatus(join(dir, 'none'))).toThrow(VirtualReaderError);
  });
});

describe('independent programs and the issued card', () => {
  beforeAll(() => insertCard(dir, 0, issuedPath, key));
  afterAll(() => removeCard(dir, 0));

  it('opensc-tool sees the ATR, selects the application and reads EF.DIR', async () => {
    expect(await codeOf(insertCard(dir, 0, blankPath, key))).toBe('SLOT_TAKEN');
    expect((await client('opensc-tool', ['-r', '0', '-a'])).trim()).toBe('3b:87:81:31:fe:45:80:31:b8:73:80:01:40:37');
    const said = await client('opensc-tool', [
      '-r', '0', '-c', 'default', '-s', '00A4040006F0575A52500100', '-s', '00A40000023F0000', '-s', '00A40000022F0000', '-s', '00B0000000', '-s', '00120001',
    ]);
    expect(said.match(/SW1=0x90, SW2=0x00/g)).toHaveLength(4);
    expect(said).toContain('61 1A 4F 06 F0 57 5A 52 50 01 50 10');
    expect(said).toContain('SW1=0x6D, SW2=0x00');
  });

  it('opensc-explorer walks from the master file to the application and shows its files', async () => {
    const said = await client('opensc-explorer', ['-r', '0', '-c', 'default'], 'cat 2F00\ncd 0F01\ninfo 0106\ncat 0108\ncat 0103\ncd ..\ncat 2F01\nquit\n');
    expect(said).toContain('64 65 6E 63 65 20 70 65 72 6D 69 74');
    const bytes = (data: Uint8Array): string => Buffer.from(data).toString('hex').toUpperCase().replace(/../g, '$& ').trim();
    expect(said).toContain(bytes(contents.sod.subarray(0, 16)));
    expect(said).toContain(bytes(contents.sod.subarray(-4)));
    expect(said).not.toContain(bytes(contents.holder.subarray(0, 8)));
    expect(said).toContain('7F 66 08 02 02 04 80 02 02 11 00');
  });

  it('pyscard sends extended APDUs; an APDU costs less than 2 ms on average', async () => {
    const script = `
import time
from smartcard.System import readers
c = next(r for r in readers() if str(r) == ${JSON.stringify(readerName(0))}).createConnection()
c.connect()
aid = [0x00,0xA4,0x04,0x00,6,0xF0,0x57,0x5A,0x52,0x50,0x01,0]
assert c.transmit(aid)[1:] == (0x90, 0)
data, a, b = c.transmit([0,0xCB,0x3F,0xFF,0,0,3,0x5C,1,0xC8,0,0])
assert (a, b) == (0x90, 0), (a, b)
t = time.perf_counter()
for i in range(500): c.transmit(aid)
print(len(data), int((time.perf_counter() - t) / 500 * 1e6))
c.disconnect()
`;
    const [length, microseconds] = (await client('/usr/bin/python3', ['-c', script])).trim().split(' ').map(Number);
    expect(length).toBe(contents.sod.length + 4);
    process.stdout.write(`${microseconds} us an APDU through pcscd\n`);
    expect(microseconds).toBeLessThan(2000);
  });
});

describe('cards in slots', () => {
  it('is in two slots at once', async () => {
    await Promise.all([insertCard(dir, 0, issuedPath, key), insertCard(dir, 1, blankPath, key)]);
    expect(virtualReaderStatus(dir).slots.map((slot) => slot.imagePath)).toEqual([issuedPath, blankPath]);
    const said = await client('opensc-tool', ['-l']);
    expect(said.match(/Yes/g)).toHaveLength(2);
    await removeCard(dir, 1);
    await removeCard(dir, 0);
  });

  it('a state change is on disk before the answer, and the card comes back as it was', async () => {
    await insertCard(dir, 1, blankPath, key);
    const before = readFileSync(blankPath);
    await client('opensc-tool', ['-r', '1', '-c', 'default', '-s', '00A4040006F0575A52500100', '-s', '8050300008010203040506070800']);
    expect(readFileSync(blankPath).equals(before)).toBe(false);
    expect((await cardStats(dir, 1)).writes).toBeGreaterThan(0);
    await removeCard(dir, 1);
    expect(describeImage(loadImage(blankPath, key)).lifeCycle).toBe('blank');
    await insertCard(dir, 1, blankPath, key);
    const said = await client('opensc-tool', ['-r', '1', '-c', 'default', '-s', '00A4040006F0575A52500100', '-s', '8050300008010203040506070800']);
    expect(said.replace(/\s+/g, ' ')).toMatch(/00 00 02/);
    await removeCard(dir, 1);
  });

  it('a torn card leaves its slot, half-way image and all, and can be put back', async () => {
    await insertCard(dir, 1, blankPath, key);
    await setCardFaults(dir, 1, { tearAtWrite: 2 });
    await client('opensc-tool', ['-r', '1', '-c', 'default', '-s', '00A4040006F0575A52500100', '-s', '8050300008010203040506070800']);
    expect(await waitForCardEnd(dir, 1, 3000)).toBe(true);
    expect(virtualReaderStatus(dir).slots[1]?.imagePath).toBeUndefined();
    await insertCard(dir, 1, blankPath, key, { wrongStatus: { at: 1, sw: 0x6f00 } });
    await removeCard(dir, 1);
  });

  it('survives a killed pcscd: the next card works', async () => {
    await insertCard(dir, 0, issuedPath, key);
    await killPcscd(dir);
    expect(virtualReaderStatus(dir).pcscdRunning).toBe(false);
    expect(await waitForCardEnd(dir, 0, 2000)).toBe(true);
    await restartPcscd(dir);
    await insertCard(dir, 0, issuedPath, key);
    expect((await client('opensc-tool', ['-r', '0', '-a'])).trim()).toMatch(/^3b:87/);
    await removeCard(dir, 0);
  });

  it('stops without a trace, and starts again', async () => {
    const folder = join(socket, '..', '..');
    await stopVirtualReader(dir);
    expect(existsSync(folder)).toBe(false);
    expect(await codeOf(removeCard(dir, 0))).toBe('NOT_RUNNING');
    socket = (await startVirtualReader(dir)).socket;
  });
});
