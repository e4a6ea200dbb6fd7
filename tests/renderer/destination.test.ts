import { expect, test } from 'vitest';
import { detour, expectedMode, homeOf } from '../../src/renderer/modes/common/destination.js';
import { screens } from '../../src/renderer/screens.js';
import { session, state } from './service-state.js';
import { placeLeft, placeToReturn } from '../../src/renderer/modes/common/return-place.js';

test('where a mode begins', () => {
  expect(homeOf({ mode: 'police' })).toBe('police');
  expect(homeOf({ mode: 'counter' })).toBe('counter');
  expect(homeOf({ mode: 'kiosk' })).toBe('home');
});

test('a fault comes before the enrolment, the enrolment before the sign-in', () => {
  const fault = { code: 'STORAGE_CORRUPT' };
  expect(detour('police', state({ fault, terminal: null }))).toEqual({ name: 'failure', params: { code: 'STORAGE_CORRUPT' } });
  expect(detour('police', state({ terminal: null }))).toEqual({ name: 'setup' });
  expect(detour('police', state())).toEqual({ name: 'sign-in' });
  expect(detour('police', state({ session }))).toBeNull();
});

test('signed in, or no sign-in wanted: on to the beginning of the mode', () => {
  expect(detour('sign-in', state())).toBeNull();
  expect(detour('sign-in', state({ session }))).toEqual({ name: 'police' });
  expect(detour('setup', state({ session }))).toEqual({ name: 'police' });
  expect(detour('setup', state())).toEqual({ name: 'sign-in' });
  expect(detour('setup', state({ terminal: null }))).toBeNull();
  expect(detour('home', state({ mode: 'counter', signInRequired: false }))).toEqual({ name: 'counter' });
});

test('a screen of another mode leads to the beginning of this one', () => {
  expect(detour('police', state({ mode: 'kiosk', session }))).toEqual({ name: 'home' });
  expect(detour('home', state({ session }))).toEqual({ name: 'police' });
});

test('diagnosis, the way out and failures are open whatever is wrong', () => {
  const worst = state({ terminal: null, fault: { code: 'KEYSTORE_UNAVAILABLE' } });
  for (const name of ['diagnosis', 'leave', 'failure'] as const) expect(detour(name, worst)).toBeNull();
});

test('no detour leads to a detour: every way ends', () => {
  const states = [state(), state({ session }), state({ terminal: null }), state({ fault: { code: 'DISK_FULL' } }), state({ mode: 'counter' }), state({ mode: 'kiosk', signInRequired: false }), state({ mode: 'counter', session })];
  for (const now of states) {
    for (const { name } of screens) {
      const first = detour(name, now);
      if (first !== null) expect(detour(first.name, now)).toBeNull();
    }
  }
});

test('a sign-in that the host is certain of names its mode; no other page is drawn before the state', () => {
  expect(expectedMode({ name: 'sign-in', query: { mode: 'police' } })).toBe('police');
  for (const other of [{ name: 'sign-in', query: {} }, { name: 'sign-in', query: { mode: 'kiosk' } }, { name: 'police', query: { mode: 'police' } }]) expect(expectedMode(other)).toBeNull();
});

test('a screen that locked itself opens again for whoever was there, and for nobody else', () => {
  const [clerk, other] = [{ id: 'W-1', name: '甲', role: 'operator', localData: true }, { id: 'W-2', name: '乙', role: 'operator', localData: true }] as const;
  const path = '/counter/new/0b7d3b5e-0000-4000-8000-000000000000/address';
  const kept = placeLeft({ mode: 'counter', session: clerk }, { mode: 'counter', session: null }, path, null);
  expect(kept).toEqual({ operator: 'W-1', path });
  expect(placeLeft({ mode: 'counter', session: null }, { mode: 'counter', session: null }, '/sign-in', kept)).toBe(kept);
  expect(placeToReturn({ mode: 'counter', session: clerk }, kept)).toBe(path);
  expect(placeToReturn({ mode: 'counter', session: other }, kept)).toBeNull();
  expect(placeToReturn({ mode: 'counter', session: null }, kept)).toBeNull();
  expect(placeLeft({ mode: 'police', session: clerk }, { mode: 'police', session: null }, '/police/history', null)).toBeNull();
});
