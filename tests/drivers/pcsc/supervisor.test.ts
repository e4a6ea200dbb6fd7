import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as delay } from 'node:timers/promises';
import { PcscSupervisor, type ReaderState } from '../../../drivers/pcsc/index.js';
import { readerNames, Stack, until } from './stack.js';

const [first, second] = readerNames;
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const select = hex('00a4040006f0575a525001');
const silence = hex('00dd000000');
const pullOut = hex('00de000000');
const done = hex('9000');

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the reader supervisor over a real pcscd', () => {
  let stack: Stack;
  let supervisor: PcscSupervisor;
  let started: PcscSupervisor[] = [];
  let pulls: (() => Promise<void>)[] = [];

  const start = (options: Parameters<typeof PcscSupervisor.start>[0] = {}) => {
    const one = PcscSupervisor.start({ env: stack.env, ...options });
    started.push(one);
    return one;
  };
  const insert = async (slot: 0 | 1): Promise<() => Promise<void>> => {
    // pcscd looks at a slot every 400 ms: without this the card of the test before would be taken for the new one. It tells its clients of a card that died in
    // mid-command before its own next look, and a card that follows between the two it never notices.
    await until(async () => (await supervisor.readers())[slot]?.cardPresent === false, 'an empty slot');
    await delay(500);
    const pull = stack.insert(slot);
    pulls.push(pull);
    expect(await supervisor.waitForCard(10_000, readerNames[slot])).toBeDefined();
    return pull;
  };
  const absent = () => until(async () => (await supervisor.readers()).every((reader) => !reader.cardPresent), 'empty readers');

  beforeAll(async () => {
    stack = await Stack.start();
  });
  afterAll(() => stack.stop());
  beforeEach(() => {
    supervisor = start();
  });
  afterEach(async () => {
    for (const pull of pulls) await pull();
    pulls = [];
    for (const one of started) await one.stop();
    started = [];
  });

  it('lists readers, and the card with its answer to reset', async () => {
    expect(await supervisor.readers()).toEqual(readerNames.map((name) => ({ name, cardPresent: false, mute: false, atr: '', events: 0 })));
    await insert(0);
    expect(await supervisor.readers()).toMatchObject([{ name: first, cardPresent: true, atr: '3b80800101' }, { cardPresent: false }]);
    const connection = await supervisor.connect(first);
    expect(connection.atr).toEqual(hex('3b80800101'));
    expect(await connection.transmit(select)).toEqual(done);
    await connection.close();
  });

  it('lets commands follow one another, as long as each answers 9000', async () => {
    await insert(0);
    const connection = await supervisor.connect(first);
    const all = [connection.transmit(select), connection.follow(hex('00ee0000021122')), connection.follow(hex('00b0000003'))];
    expect(await Promise.all(all)).toEqual([done, hex('11229000'), hex('5a5a5a9000')]);
    // What stands behind a refusal is held back, and so is what stands behind that; the next command waits for both by itself.
    const refused = [connection.transmit(hex('00ce000000')), connection.follow(hex('00ee0000021122')), connection.follow(hex('00b0000003'))];
    expect(await refused[0]).toEqual(hex('6a82'));
    expect(await connection.transmit(hex('00ee00000133'))).toEqual(hex('339000'));
    expect(await Promise.all(refused)).toEqual([hex('6a82'), undefined, undefined]);
    await connection.close();
  });

  it('gives up the followers of a card that is pulled out', async () => {
    await insert(0);
    const connection = await supervisor.connect(first);
    const pulled = connection.transmit(pullOut);
    const follower = connection.follow(select);
    await expect(pulled).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(await follower.catch((error: unknown) => error)).toSatisfy((answer: unknown) => answer === undefined || (answer as { code?: string }).code === 'CARD_REMOVED');
    await connection.close();
  });

  it('tells when a card comes and goes', async () => {
    await absent();
    const seen: boolean[] = [];
    const unsubscribe = supervisor.onChange((readers: readonly ReaderState[]) => {
      const present = readers.find((reader) => reader.name === first)?.cardPresent;
      if (present !== undefined && present !== seen.at(-1)) seen.push(present);
    });
    await until(() => seen.length === 1, 'the first state');
    const pull = await insert(0);
    await pull();
    await until(() => seen.length === 3, 'the removal');
    expect(seen).toEqual([false, true, false]);
    unsubscribe();
  });

  it('names what is missing', async () => {
    await absent();
    await expect(supervisor.connect(first)).rejects.toMatchObject({ code: 'CARD_ABSENT' });
    await expect(supervisor.connect('No such reader')).rejects.toMatchObject({ code: 'READER_NOT_FOUND' });
  });

  it('holds a reader for one workflow: a second user is told that it is busy', async () => {
    await insert(0);
    const mine = await supervisor.connect(first);
    await expect(supervisor.connect(first)).rejects.toMatchObject({ code: 'READER_BUSY' });
    const stranger = start();
    await expect(stranger.connect(first)).rejects.toMatchObject({ code: 'READER_BUSY' });
    await mine.close();
    const theirs = await stranger.connect(first);
    expect(await theirs.transmit(select)).toEqual(done);
    await theirs.close('leave');
  });

  it('CARD_REMOVED when the card is pulled in mid-command, and the next card works', async () => {
    await insert(0);
    const connection = await supervisor.connect(first);
    expect(await connection.transmit(select)).toEqual(done);
    await expect(connection.transmit(pullOut)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    // Dead for good: a card put back has forgotten the session.
    await expect(connection.transmit(select)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await connection.close();
    await absent();
    await insert(0);
    const next = await supervisor.connect(first);
    expect(await next.transmit(select)).toEqual(done);
    await next.close();
  });

  it('CARD_REMOVED when it is pulled while it thinks, although a status event arrives during the transmit', async () => {
    const pull = await insert(0);
    const connection = await supervisor.connect(first);
    const thinking = connection.transmit(hex('00df4e2000'));
    const result = expect(thinking).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await delay(100);
    await pull();
    await result;
    await connection.close();
  });

  it('CARD_REMOVED when it is swapped between two commands', async () => {
    const pull = await insert(0);
    const connection = await supervisor.connect(first);
    await pull();
    await absent();
    await insert(0);
    await expect(connection.transmit(select)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await connection.close();
    const next = await supervisor.connect(first);
    expect(await next.transmit(select)).toEqual(done);
    await next.close();
  });

  it('carries extended length both ways, up to the longest response', async () => {
    await insert(0);
    const connection = await supervisor.connect(first);
    const data = new Uint8Array(4_096).map((_, index) => index % 251);
    const command = new Uint8Array([0, 0xee, 0, 0, 0, 0x10, 0x00, ...data, 0, 0]);
    expect(await connection.transmit(command)).toEqual(new Uint8Array([...data, ...done]));
    expect(await connection.transmit(hex('00b0000000fffd'))).toHaveLength(65_535);
    expect(await connection.transmit(hex('00b0000000'))).toHaveLength(258);
    await connection.close();
  });

  it('refuses as a bug what is no command, one that would eject the card, and two at once', async () => {
    await insert(0);
    const connection = await supervisor.connect(first);
    await expect(connection.transmit(hex('00a404'))).rejects.toThrow(RangeError);
    const ejecting = new Uint8Array(7 + 65_535);
    ejecting.set(hex('00d6000000ffff'));
    await expect(connection.transmit(ejecting)).rejects.toThrow(RangeError);
    const slow = connection.transmit(hex('00df006400'));
    await expect(connection.transmit(select)).rejects.toThrow('two commands at once');
    expect(await slow).toEqual(done);
    await connection.close();
  });

  it('serves two readers at once: a slow card does not hold the other up', async () => {
    await insert(0);
    await insert(1);
    const [slow, quick] = [await supervisor.connect(first), await supervisor.connect(second)];
    let slowDone = false;
    const thinking = slow.transmit(hex('00df03e800')).then(() => {
      slowDone = true;
    });
    for (let n = 0; n < 20; n += 1) expect(await quick.transmit(select)).toEqual(done);
    expect(slowDone).toBe(false);
    await thinking;
    await Promise.all([slow.close(), quick.close()]);
  });

  it('READER_TIMEOUT when the card never answers: the process is killed, the next card works', async () => {
    await supervisor.stop();
    supervisor = start({ deadlines: { transmitMs: 400 } });
    const pull = await insert(0);
    const connection = await supervisor.connect(first);
    const pid = supervisor.pid!;
    const began = Date.now();
    await expect(connection.transmit(silence)).rejects.toMatchObject({ code: 'READER_TIMEOUT' });
    // Sooner than the deadline that a supervisor has by itself (15 s): it was ours that ended it.
    expect(Date.now() - began).toBeLessThan(12_000);
    await until(() => !isAlive(pid), 'the end of the hung process');
    await connection.close();
    await pull();
    await absent();
    await insert(0);
    const next = await supervisor.connect(first);
    expect(await next.transmit(select)).toEqual(done);
    await next.close();
  });

  it('READER_PROCESS_DIED when the process is killed in mid-command; the same card works at once', async () => {
    await insert(0);
    const connection = await supervisor.connect(first);
    const thinking = connection.transmit(hex('00df012c00'));
    const result = expect(thinking).rejects.toMatchObject({ code: 'READER_PROCESS_DIED' });
    await delay(50);
    process.kill(supervisor.pid!, 'SIGKILL');
    await result;
    await connection.close();
    const next = await supervisor.connect(first);
    expect(await next.transmit(select)).toEqual(done);
    await next.close();
  });

  it('survives a restart of pcscd: READER_SERVICE_DOWN while it is gone, then the next card works', async () => {
    await insert(0);
    const connection = await supervisor.connect(first);
    const seen: number[] = [];
    const unsubscribe = supervisor.onChange((readers) => seen.push(readers.length));
    await stack.killPcscd();
    await expect(connection.transmit(select)).rejects.toMatchObject({ code: 'READER_SERVICE_DOWN' });
    await connection.close();
    const began = Date.now();
    await expect(supervisor.readers()).rejects.toMatchObject({ code: 'READER_SERVICE_DOWN' });
    // An answer, not the deadline of the call (5 s) running out.
    expect(Date.now() - began).toBeLessThan(4_500);
    await until(() => seen.at(-1) === 0, 'the news that there is no reader');
    await stack.startPcscd();
    // The listener is told by itself, without anybody asking.
    await until(() => seen.at(-1) === 2, 'the readers to come back');
    expect(await supervisor.waitForCard(10_000, first)).toBeDefined();
    const next = await supervisor.connect(first);
    expect(await next.transmit(select)).toEqual(done);
    await next.close();
    unsubscribe();
  });

  it('does not spin where there is no PC/SC at all', async () => {
    const nowhere = start({ env: { PCSCLITE_CSOCK_NAME: '/nonexistent/pcscd.comm' } });
    const before = process.resourceUsage().voluntaryContextSwitches;
    const calls: number[] = [];
    const unsubscribe = nowhere.onChange((readers) => calls.push(readers.length));
    await expect(nowhere.connect(first)).rejects.toMatchObject({ code: 'READER_SERVICE_DOWN' });
    await delay(2_500);
    // One process a second at most, and none of them stays.
    expect(calls.length).toBeLessThanOrEqual(5);
    expect(process.resourceUsage().voluntaryContextSwitches - before).toBeLessThan(5_000);
    unsubscribe();
    await until(() => nowhere.pid === undefined, 'the process to go');
  });

  it('holds no process while idle and leaves none behind', async () => {
    await supervisor.stop();
    supervisor = start({ idleMs: 100 });
    await insert(0);
    const connection = await supervisor.connect(first);
    const pid = supervisor.pid!;
    await delay(300);
    expect(isAlive(pid)).toBe(true);
    await connection.close();
    await until(() => !isAlive(pid), 'the idle process to go');
    const again = await supervisor.connect(first);
    const nextPid = supervisor.pid!;
    expect(await again.transmit(select)).toEqual(done);
    await supervisor.stop();
    expect(isAlive(nextPid)).toBe(false);
    // Its end gave the card free, though nobody closed the connection.
    const other = start();
    await (await other.connect(first)).close();
  });
});
