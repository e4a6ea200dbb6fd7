import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { FirstScreen } from '../../electron/first-screen.js';
import type { ServiceState } from '../../src/contract/index.js';

const folder = mkdtempSync(join(tmpdir(), 'first-screen-'));
afterEach(() => rmSync(join(folder, 'starts-at-sign-in'), { force: true }));

const healthy = { terminal: { id: 't', name: 'Wenzhou desk 1', environment: 'test' }, fault: null } as ServiceState;
const next = (mode: 'police' | 'counter' | 'kiosk' = 'police'): string => new FirstScreen(folder, mode).address;
const signIn = 'app://residence-card/#/sign-in?mode=police';
const home = 'app://residence-card/';

test('a desk that was in order begins at its sign-in, one of another mode waits for its state', () => {
  expect(next()).toBe(home);
  new FirstScreen(folder, 'police').note(healthy);
  expect([next(), next('counter'), next('kiosk')]).toEqual([signIn, home, home]);
});

test('a fault, or an enrolment that is gone, is remembered until it is over', () => {
  const screen = new FirstScreen(folder, 'police');
  screen.note(healthy);
  screen.note({ ...healthy, fault: { code: 'STORAGE_CORRUPT' } });
  expect(next()).toBe(home);
  screen.note(healthy);
  expect(next()).toBe(signIn);
  screen.note({ ...healthy, terminal: null });
  expect(next()).toBe(home);
});
