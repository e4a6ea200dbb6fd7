import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ChannelError } from '../../../src/card/index.js';
import { CodedError, finding, filled, findingChecks, findingFacts, findingNexts, type Finding } from '../../../src/contract/index.js';
import { diagnose } from '../../../src/service/diagnosis/index.js';
import { diskFinding, findDisk, findNode, findPackages, findVersions, installedPackages } from '../../../src/service/diagnosis/machine.js';
import { findPlatform } from '../../../src/service/diagnosis/platform.js';
import { findCardService, findReaders } from '../../../src/service/diagnosis/readers.js';
import { findClock, findTerminal } from '../../../src/service/diagnosis/terminal.js';
import { openTerminal, type Terminal } from '../../../src/service/index.js';
import { start, temporaryFolder } from '../../outbox/fixture.js';
import { applicant, blank, noon } from '../../workflows/fixtures.js';
import { day, entry, pullOperators } from '../fixture.js';
import { PoliceDesk } from '../flows/police-desk.js';

let desks: PoliceDesk[] = [];
afterEach(async () => {
  for (const desk of desks) await desk.close();
  desks = [];
});
const desk = async (readers = false): Promise<PoliceDesk> => {
  const opened = await PoliceDesk.open({ readers });
  desks.push(opened);
  return opened;
};

/** Whole, by the contract, with every value that its sentences name. */
const sound = (found: Finding): Finding => {
  const parsed = finding.parse(found);
  for (const text of [findingFacts[parsed.fact], ...(parsed.next === undefined ? [] : [findingNexts[parsed.next]])]) for (const each of [text.zh, text.en]) expect(filled(each, parsed.values)).not.toMatch(/[{}]/);
  return parsed;
};
const told = (found: Finding): unknown[] => {
  const { state, fact, next } = sound(found);
  return next === undefined ? [state, fact] : [state, fact, next];
};
const of = (terminal: Terminal, check: Finding['check']): unknown[] => findTerminal(terminal).filter((each) => each.check === check).map(told).flat();

describe('the machine', () => {
  it('Node, packages and disk', async () => {
    expect([told(findNode('20.18.9')), told(findNode('20.19.0')), told(findNode())]).toEqual([['fail', 'node-old', 'install-node'], ['ok', 'node-runs'], ['ok', 'node-runs']]);
    const installed = new Map([['pcscd', '1'], ['libpcsclite1', '1']]);
    expect(told(findPackages(installed, false))).toEqual(['ok', 'packages-installed']);
    expect(told(findPackages(installed, true))).toEqual(['fail', 'packages-missing', 'install-packages']);
    expect(told(findPackages(undefined, true))).toEqual(['ok', 'packages-elsewhere']);
    expect([...((await installedPackages(['dpkg', 'no-such-package'])) ?? [])].map(([name]) => name)).toEqual(['dpkg']);
    const mebibyte = 1_048_576;
    expect([513, 512, 64].map((free) => told(diskFinding(free * mebibyte)))).toEqual([['ok', 'disk-free'], ['warn', 'disk-low', 'free-space'], ['fail', 'disk-low', 'free-space']]);
    expect(findDisk(join(temporaryFolder(), 'not', 'yet', 'there')).check).toBe('disk');
    expect(sound(findVersions(installed, '45.0.0')).values).toMatchObject({ node: process.versions.node, electron: '45.0.0', drivers: 'pcscd 1, libpcsclite1 1' });
  });

  it('the card service: no socket, a socket that nobody serves, and one that answers', async () => {
    const socket = join(temporaryFolder(), 's');
    expect(told(await findCardService(socket))).toEqual(['fail', 'card-service-missing', 'start-card-service']);
    writeFileSync(socket, '');
    expect(told(await findCardService(socket))).toEqual(['fail', 'card-service-silent', 'start-card-service']);
    const path = `${socket}2`;
    const server = createServer().listen(path);
    expect(told(await findCardService(path))).toEqual(['ok', 'card-service-answers']);
    server.close();
  });

  it('readers: none, some, a mute card, and a list that cannot be had', async () => {
    const one = { name: 'R 1', cardPresent: true, mute: false, atr: '3b80', events: 1 };
    expect(told(await findReaders(() => Promise.resolve([])))).toEqual(['fail', 'readers-none', 'connect-reader']);
    expect((await findReaders(() => Promise.resolve([one, { ...one, name: 'R 2', cardPresent: false, atr: '' }]))).values).toEqual({ count: 2, readers: 'R 1 (ATR 3b80), R 2' });
    expect(told(await findReaders(() => Promise.resolve([{ ...one, mute: true, atr: '' }])))).toEqual(['warn', 'readers-mute', 'turn-card']);
    expect(told(await findReaders(() => Promise.reject(new ChannelError('READER_SERVICE_DOWN'))))).toEqual(['fail', 'readers-unreachable', 'start-card-service']);
  });

  it('the clock against the platform’s signed time', () => {
    expect([told(findClock(start, 0, true)), told(findClock(start, start - 5, true)), told(findClock(start, start + 5, true)), told(findClock(start, start - 5, false))]).toEqual([
      ['ok', 'clock-unchecked'],
      ['ok', 'clock-agrees'],
      ['fail', 'clock-behind', 'set-clock'],
      ['fail', 'clock-wrong', 'set-clock'],
    ]);
  });

  it('a platform that is not there', async () => {
    expect(told(await findPlatform('http://127.0.0.1:1/'))).toEqual(['warn', 'platform-unreachable', 'work-offline']);
  });
});

describe('a terminal', () => {
  it('that is in order, and what runs out', async () => {
    const { terminal, ...at } = await desk();
    expect(of(terminal, 'terminal')).toEqual(['ok', 'terminal-of-test']);
    expect([of(terminal, 'trust-list'), of(terminal, 'status-list'), of(terminal, 'card-rights')]).toEqual([['ok', 'trust-list-lasts'], ['ok', 'status-list-fresh'], ['ok', 'card-rights-last']]);
    expect([of(terminal, 'operators'), of(terminal, 'outbox'), of(terminal, 'epoch')]).toEqual([['ok', 'operators-none'], ['ok', 'outbox-sound'], ['ok', 'epoch-agrees']]);
    expect([of(terminal, 'torn-cards'), of(terminal, 'torn-updates')]).toEqual([['ok', 'torn-cards-none'], ['ok', 'torn-updates-none']]);
    const [running] = desks;
    if (running === undefined) throw new Error('no desk');
    running.now = at.now + 10 * day;
    expect([of(terminal, 'card-rights'), of(terminal, 'status-list')]).toEqual([['ok', 'card-rights-last'], ['warn', 'status-list-stale', 'sync']]);
    running.now = at.now + 40 * day;
    expect([of(terminal, 'card-rights'), of(terminal, 'trust-list')]).toEqual([['fail', 'card-rights-ended', 'sync'], ['fail', 'trust-list-ended', 'sync']]);
    terminal.outbox.settings.put({ trust: undefined, 'status-list': undefined, 'access-certificate': undefined });
    terminal.trust.reload();
    terminal.access.reload();
    expect([of(terminal, 'card-rights'), of(terminal, 'trust-list'), of(terminal, 'status-list')]).toEqual([['fail', 'card-rights-missing', 'sync'], ['fail', 'trust-list-missing', 'sync'], ['fail', 'status-list-missing', 'sync']]);
  });

  it('with half-written cards and updates, a full queue, quarantine, another epoch, an old list of operators; also with nobody signed in', async () => {
    const { terminal } = await desk();
    const { outbox } = terminal;
    outbox.journal.put({ serial: '0102030405060708090a', state: 'reserved', permitNumber: '330302202610000429', statusIndex: 7, sodHash: '', payload: Uint8Array.of(1), startedAt: start });
    outbox.journal.putUpdate({ chip: '0102030405060708', permitNumber: '330302202610000429', target: 'residence', counter: 2, object: Uint8Array.of(9), startedAt: start });
    outbox.settings.put({ 'epoch-offered': 7 });
    await pullOperators(terminal, [await entry('p1', 'officer')], noon - 6 * day);
    expect(outbox.local.locked).toBe(true);
    expect([of(terminal, 'torn-cards'), of(terminal, 'torn-updates')]).toEqual([['warn', 'torn-cards', 'resume-card'], ['warn', 'torn-updates', 'resume-card']]);
    expect([of(terminal, 'operators'), of(terminal, 'epoch')]).toEqual([['warn', 'operators-fresh', 'sync'], ['fail', 'epoch-offered', 'begin-epoch']]);
    outbox.setLimit({ records: 0, bytes: 1 });
    expect(of(terminal, 'outbox')).toEqual(['fail', 'outbox-full', 'sync']);
    await pullOperators(terminal, [await entry('p1', 'officer')], noon - 8 * day);
    expect(of(terminal, 'operators')).toEqual(['fail', 'operators-stale', 'sync']);
    outbox.settings.put({ 'config/operators': 'of another program' });
    expect(of(terminal, 'operators')).toEqual(['fail', 'operators-unreadable', 'sync']);
    expect(JSON.stringify(findTerminal(terminal))).not.toContain('330302202610000429');
  });
});

describe('the whole', () => {
  it('of a machine without a terminal: in the order of mending, unhealthy, and with what to do', async () => {
    const folder = temporaryFolder();
    const whole = await diagnose({ folder, pcsc: join(folder, 'none'), terminal: () => openTerminal(folder) });
    expect(whole.healthy).toBe(false);
    expect(whole.findings.map(told)).toContainEqual(['fail', 'terminal-not-enrolled', 'enrol']);
    const order = whole.findings.map(({ check }) => findingChecks.indexOf(check));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('of a folder whose keys do not open', async () => {
    const folder = temporaryFolder();
    const closed = await diagnose({ folder, pcsc: join(folder, 'none'), terminal: () => { throw new CodedError('KEYSTORE_UNAVAILABLE'); } });
    expect(closed.findings.map(told)).toContainEqual(['fail', 'key-store-closed', 'call-maintenance']);
    const damaged = await diagnose({ folder, pcsc: join(folder, 'none'), terminal: () => { throw new CodedError('STORAGE_CORRUPT'); } });
    expect(damaged.findings.map(told)).toContainEqual(['fail', 'terminal-closed', 'call-maintenance']);
  });

  it('beside the running service, over the real pcscd, with a card in the reader', async () => {
    const running = await desk(true);
    await running.putDown(blank(1));
    running.terminal.history.add(noon, { result: 'valid', lines: [] }, { purpose: 'station', place: applicant().name });
    const second = running.beside('counter');
    try {
      const whole = await diagnose({ folder: running.data, pcsc: running.socket, virtualReader: true, terminal: () => second });
      const readers = whole.findings.find(({ check }) => check === 'readers');
      expect(readers?.values).toMatchObject({ count: 2, readers: expect.stringMatching(/^Virtual PCD 00 00 \(ATR 3b[0-9a-f]+\), Virtual PCD 00 01$/) as string });
      expect(whole.findings.map(({ check }) => check)).toEqual([...findingChecks]);
      expect(of(second, 'delegation')).toEqual(['fail', 'delegation-missing', 'sync']);
      // Only a counter signs permits.
      expect(findTerminal(running.terminal).map(({ check }) => check)).not.toContain('delegation');
    } finally {
      await second.close();
    }
  });
});
