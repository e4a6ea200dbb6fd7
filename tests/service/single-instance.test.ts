import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeFolder } from '../../src/service/index.js';
import { ServiceProcess } from './service-process.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rc-one-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a folder is taken once, and free again when it is let go', () => {
  const first = takeFolder(folder);
  expect(() => takeFolder(folder)).toThrow(expect.objectContaining({ code: 'STORAGE_LOCKED' }) as Error);
  first.release();
  takeFolder(folder).release();
});

it('a second service says why it ends, and touches nothing; one that was killed locks nobody out', async () => {
  const args = ['--data', folder, '--mode', 'police', '--pcsc', join(folder, 'no-pcscd')];
  const first = await ServiceProcess.start(args);
  try {
    const second = await ServiceProcess.start(args);
    expect(second.messages).toEqual([{ kind: 'failed', code: 'STORAGE_LOCKED', detail: 'service.lock' }]);
    expect(await second.exit()).toBe(1);
    expect(JSON.parse(second.stderr)).toEqual({ level: 'error', code: 'STORAGE_LOCKED' });
    expect(first.child.exitCode).toBeNull();
  } finally {
    expect(await first.kill()).toBe('SIGKILL');
  }
  const third = await ServiceProcess.start(args);
  expect(third.messages[0]).toEqual({ kind: 'ready' });
  expect(await third.stop()).toBe(0);
});

it.each([
  ['no folder', ['--mode', 'counter'], '--data'],
  ['no mode', ['--data', 'x'], '--mode'],
  ['a mode that there is not', ['--data', 'x', '--mode', 'office'], '--mode'],
  ['a port that is none', ['--data', 'x', '--mode', 'police', '--listen', '70000'], '--listen'],
  ['a renderer without a port', ['--data', 'x', '--mode', 'police', '--renderer', '.'], '--renderer'],
  ['no lock at all', ['--data', 'x', '--mode', 'police', '--lock-after', '0'], '--lock-after'],
  ['what it does not know', ['--data', 'x', '--mode', 'police', '--insecure'], 'arguments'],
  ['a tray elsewhere', ['--data', '@', '--mode', 'police', '--tray', 'http://192.0.2.1/x'], '--tray'],
])('is refused with %s', async (_, args, detail) => {
  const service = await ServiceProcess.start(args.map((each) => (each === '@' ? folder : each)));
  expect(service.messages).toEqual([{ kind: 'failed', code: 'INPUT_INVALID', detail }]);
  expect(await service.exit()).toBe(1);
});

it('is handed the tray in the environment, where other users of the machine do not see its secret', async () => {
  const service = await ServiceProcess.start(['--data', folder, '--mode', 'police'], { RESIDENCE_CARD_TRAY: 'http://192.0.2.1/x' });
  expect(service.messages).toEqual([{ kind: 'failed', code: 'INPUT_INVALID', detail: '--tray' }]);
  expect(await service.exit()).toBe(1);
});

it('a folder that is none is refused with its code', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => takeFolder(join(folder, 'file', 'data'))).toThrow(expect.objectContaining({ code: 'STORAGE_READ_ONLY' }) as Error);
});

it('ends with its host', async () => {
  const service = await ServiceProcess.start(['--data', folder, '--mode', 'counter', '--pcsc', join(folder, 'no-pcscd')]);
  service.child.disconnect();
  expect(await service.exit()).toBe(0);
});

it('keeps the key of its cookies from its own children, and nothing reaches standard output', async () => {
  const child = fork('dist/src/service/process/main.js', ['--data', folder, '--mode', 'counter', '--pcsc', join(folder, 'no-pcscd')], { stdio: ['ignore', 'pipe', 'ignore', 'ipc'], env: { ...process.env, RESIDENCE_CARD_LOOPBACK_KEY: 'k' } });
  let out = '';
  child.stdout?.on('data', (chunk: Uint8Array) => (out += String(chunk)));
  await once(child, 'message');
  child.send({ kind: 'stop' });
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(out).toBe('');
});
