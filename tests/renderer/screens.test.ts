import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findingChecks, type Finding } from '../../src/contract/index.js';
import { lookOf } from '../../src/renderer/design/look.js';
import { zh } from '../../src/renderer/i18n/zh-CN.js';
import { groupsOf } from '../../src/renderer/modes/common/finding-groups.js';
import { lockSeconds } from '../../src/renderer/modes/common/lock-seconds.js';
import { screens } from '../../src/renderer/screens.js';

test('names and paths of the screens are their own, each has a title and a first state', () => {
  expect(new Set(screens.map(({ name }) => name)).size).toBe(screens.length);
  expect(new Set(screens.map(({ path }) => path)).size).toBe(screens.length);
  for (const { titleKey, states } of screens) {
    const [part = '', name = ''] = titleKey.split('.');
    const parts: Readonly<Record<string, Readonly<Record<string, string>>>> = zh;
    expect(parts[part]?.[name], titleKey).toBeTypeOf('string');
    expect(states.length).toBeGreaterThan(0);
    expect(new Set<string>(states).size).toBe(states.length);
  }
});

test('the list of screens is data: it imports nothing but its own second part', () => {
  const imports = ['screens.ts', 'counter-screens.ts'].flatMap((file) => readFileSync(new URL(`../../src/renderer/${file}`, import.meta.url), 'utf8').match(/^import .*$/gm) ?? []);
  expect(imports).toEqual(["import { counterScreens } from './counter-screens.js';", "import type { Screen } from './screens.js';"]);
});

test('findings: worst first, then in the order of mending', () => {
  const finding = (check: Finding['check'], state: Finding['state']): Finding => ({ check, state, fact: 'key-store-opens', values: {} });
  const groups = groupsOf([finding('versions', 'ok'), finding('platform', 'fail'), finding('node', 'ok'), finding('card-service', 'fail')]);
  expect(groups.map(({ state, findings }) => [state, findings.map(({ check }) => check)])).toEqual([
    ['fail', ['card-service', 'platform']],
    ['ok', ['node', 'versions']],
  ]);
  expect(groupsOf(findingChecks.map((check) => finding(check, 'warn')))[0]?.findings.map(({ check }) => check)).toEqual(findingChecks);
  expect(groupsOf([])).toEqual([]);
});

test('seconds of a lock', () => {
  expect(lockSeconds('900 s')).toBe(900);
  expect(lockSeconds(undefined)).toBe(0);
  expect(lockSeconds('soon')).toBe(0);
});

test('a look that was stored by nobody, by an older page or by a stranger', () => {
  const plain = { language: 'zh-CN', theme: 'system', text: 'normal' };
  expect(lookOf(null)).toEqual(plain);
  expect(lookOf('x')).toEqual(plain);
  expect(lookOf({ language: 'fr', theme: 'pink', text: 3 })).toEqual(plain);
  expect(lookOf({ language: 'en', theme: 'contrast-dark', text: 'largest' })).toEqual({ language: 'en', theme: 'contrast-dark', text: 'largest' });
});
