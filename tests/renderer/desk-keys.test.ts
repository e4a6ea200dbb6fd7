import { beforeEach, expect, test } from 'vitest';
import { createRenderer, h } from 'vue';
import type { Call, Check, Verdict } from '../../src/contract/index.js';
import { newI18n } from '../../src/renderer/i18n/index.js';
import type { LinkListener } from '../../src/renderer/link/link.js';
import { soundChoice } from '../../src/renderer/modes/police/sound.js';
import { useDesk, type Desk } from '../../src/renderer/modes/police/use-desk.js';
import { createService } from '../../src/renderer/service/store.js';
import { serviceKey } from '../../src/renderer/service/use-service.js';
import { session, state } from './service-state.js';

/** The desk in a component that draws nothing: what Space does to the watch. */
const nowhere = createRenderer<object, object>({
  patchProp: () => undefined, insert: () => undefined, remove: () => undefined, createElement: () => ({}), createText: () => ({}), createComment: () => ({}),
  setText: () => undefined, setElementText: () => undefined, parentNode: () => null, nextSibling: () => null,
});

const run = '00000000-0000-4000-8000-000000000001';
let desk: Desk;
let sent: Call[];
let told: LinkListener;

beforeEach(() => {
  soundChoice.muted = true;
  sent = [];
  const service = createService({ link: { open: (given) => void (told = given), send: (call) => sent.push(call), close: () => undefined }, uuid: () => run });
  const page = nowhere.createApp({ setup: () => ((desk = useDesk()), () => h('p')) });
  page.use(newI18n('zh-CN')).provide(serviceKey, service).mount({});
  told.link('up');
  told.event({ event: 'state', state: state({ session }) });
  desk.begin();
});

const answers = (): string[] => sent.flatMap((call) => (call.verb === 'answer' ? [call.question] : []));
const check = (one: Check): void => told.event({ event: 'check', run, check: one });
const verdict = (result: Verdict['result'], seq?: number): Check => ({ phase: 'verdict', reader: 'r', at: 1, cardPresent: true, verdict: { result, lines: [], permitNumber: '330302202410000014' }, ...(seq === undefined ? {} : { seq }) });
const ask = (): void => told.event({ event: 'question', run, question: 'next' });
const put = (): void => check({ phase: 'reading', reader: 'r', since: 1 });

test('Space at a verdict whose record is still being written counts once it is', () => {
  put();
  check(verdict('valid'));
  desk.next();
  expect(answers()).toEqual([]);
  check(verdict('valid', 3));
  ask();
  expect(answers()).toEqual(['next']);
});

test('the question about the card before is not the one about this card', () => {
  ask();
  put();
  check(verdict('valid'));
  desk.next();
  expect(answers()).toEqual([]);
  ask();
  expect(answers()).toEqual(['next']);
});

test('a worse verdict that follows is not blanked by a Space that was pressed at the better one', () => {
  put();
  check(verdict('valid'));
  desk.next();
  check(verdict('rolled-back', 3));
  ask();
  expect(answers()).toEqual([]);
  expect(desk.shown.value).toMatchObject({ kind: 'verdict', check: { verdict: { result: 'rolled-back' } } });
});
