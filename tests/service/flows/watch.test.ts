import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Operation } from '../../../src/contract/index.js';
import type { CardFaults, CardImage } from '../../../src/emulator/index.js';
import { verifyPermit } from '../../../src/workflows/index.js';
import { watchFlow, type WatchOptions } from '../../../src/service/flows/watch.js';
import { applicant, blank } from '../../workflows/fixtures.js';
import { issuedCard, issuedOn, photo } from '../../workflows/issued-card.js';
import { PoliceDesk, TestRun, operation } from './police-desk.js';

let desk: PoliceDesk;
let run: TestRun;
let chosen: Operation | undefined;
let ended: Promise<unknown>;
let first: { readonly image: CardImage; readonly permitNumber: string; readonly statusIndex: number };
let second: typeof first;

const imageOf = async (issued: string, n = 1): Promise<typeof first> => {
  const { reader, value } = await issuedCard(issued, { person: { ...applicant(n), name: n === 1 ? '林某某' : '陈某某' } });
  return { image: reader.card.image(), permitNumber: value.permitNumber, statusIndex: value.statusIndex };
};

beforeAll(async () => {
  desk = await PoliceDesk.open();
  first = await imageOf(issuedOn.early);
  second = await imageOf(issuedOn.early, 2);
});
afterAll(() => desk.close());

let changed: () => void = () => undefined;
const book: WatchOptions['operation'] = { current: () => chosen, set: (_, next) => void (chosen = next), onChange: (listener) => ((changed = listener), () => undefined) };
const watch = (options: Partial<WatchOptions> = {}): void => {
  const watching = watchFlow({ terminal: desk.terminal, operation: book, retryMs: [100], ...options });
  ended = watching(run, { workflow: 'watch' });
};

beforeEach(() => {
  run = new TestRun();
  chosen = operation;
  desk.pull();
  desk.grant(['inspect']);
});
afterEach(async () => {
  vi.restoreAllMocks();
  run.cancel();
  expect(await ended).toEqual({ ok: true, value: {} });
  await desk.lift(0).catch(() => undefined);
  await desk.lift(1).catch(() => undefined);
  // pcscd looks into a slot now and then: a card that it still believes in would be the next test's first.
  const lying = async (): Promise<boolean> => (await desk.terminal.supervisor.readers()).some(({ cardPresent }) => cardPresent);
  await expect.poll(() => lying().catch(() => true), { timeout: 10_000 }).toBe(false);
});

describe('a card that is put down', () => {
  it('is told at once, its verdict before the photo, and what an officer compares behind it; once lifted, and blank at the word', async () => {
    const before = desk.records().length;
    watch();
    await desk.putDown(first.image);
    const verdict = await run.verdict();
    expect(run.phases()).toEqual(['waiting', 'reading', 'early', 'verdict']);
    expect(verdict).toMatchObject({ reader: desk.reader, verdict: { result: 'valid', permitNumber: first.permitNumber }, cardPresent: true, holder: { name: '林某某', sex: 2, birth: '1990-01-01' } });
    expect(verdict.holder?.photo).toBe(Buffer.from(photo).toString('base64'));
    expect(verdict.closed).toBeUndefined();
    expect(desk.terminal.traffic.apdus).toBeLessThanOrEqual(16);
    expect(desk.records().slice(before)).toMatchObject([{ type: 'verification', permitNumber: first.permitNumber, result: 'valid', mode: 'police', access: 'inspect', ...operation }]);
    await desk.lift();
    expect(await run.until('lifted', (check) => check.phase === 'verdict' && !check.cardPresent)).toMatchObject({ seq: verdict.seq, holder: { name: '林某某' } });
    expect(run.asked).toEqual(['next']);
    run.answer('next');
    await delay(20);
    expect(run.last).toEqual({ phase: 'waiting' });
  });

  it('that lies there already is checked, on whichever reader; the next one takes the place of the verdict', async () => {
    await desk.putDown(first.image, { slot: 1 });
    watch();
    expect(await run.verdict()).toMatchObject({ reader: desk.otherReader, verdict: { permitNumber: first.permitNumber } });
    const told = run.checks.length;
    await desk.putDown(second.image);
    const ofSecond = await run.until('the second', (check) => check.phase === 'verdict' && check.reader === desk.reader && check.seq !== undefined, told);
    expect(ofSecond).toMatchObject({ verdict: { permitNumber: second.permitNumber }, holder: { name: '陈某某' } });
    expect(run.last).toEqual(ofSecond);
    const phases = run.checks.slice(told).flatMap((check) => ('reader' in check && check.reader === desk.reader ? [check.phase === 'verdict' && check.seq === undefined ? 'early' : check.phase] : []));
    expect(phases).toEqual(['reading', 'early', 'verdict']);
  });

  it('is checked once when its chip is silent, although that ends the reader process', async () => {
    const before = desk.records().length;
    watch();
    await desk.putDown(first.image, { faults: { silent: { at: 4 } } });
    expect(await run.until('a verdict', (check) => check.phase === 'verdict' && check.seq !== undefined)).toMatchObject({ verdict: { result: 'undetermined' } });
    // Longer than the next process takes to tell what lies there.
    await delay(7_000);
    expect([run.last?.phase, desk.records().length - before]).toEqual(['verdict', 1]);
  }, 40_000);

  it('is checked once as long as it lies there, also after the word', async () => {
    const before = desk.records().length;
    watch();
    await desk.putDown(first.image);
    await run.verdict();
    run.answer('next');
    // Longer than a re-reading of the readers.
    await delay(5_500);
    expect([run.last, desk.records().length - before]).toEqual([{ phase: 'waiting' }, 1]);
  }, 20_000);

  it('is seen when two are swapped between two events: no look ever finds the reader empty', async () => {
    const { supervisor } = desk.terminal;
    const onChange = supervisor.onChange.bind(supervisor);
    vi.spyOn(supervisor, 'onChange').mockImplementation((listener) =>
      onChange((readers) => {
        if (readers.some(({ cardPresent }) => cardPresent)) listener(readers);
      }),
    );
    watch();
    await desk.putDown(first.image);
    await run.verdict();
    const told = run.checks.length;
    await desk.lift();
    await desk.putDown(second.image);
    expect(await run.verdict(told)).toMatchObject({ verdict: { permitNumber: second.permitNumber } });
  });
});

describe('every verdict', () => {
  it.each<readonly [string, () => void, object]>([
    ['revoked', () => desk.pull([[first.statusIndex, 1]]), {}],
    ['suspended', () => desk.pull([[first.statusIndex, 2]]), {}],
    ['unconfirmed', () => desk.pull([[first.statusIndex, 3]]), {}],
    ['undetermined', () => desk.pull([], desk.now - 8 * 86_400), {}],
    ['cloned', () => undefined, { clone: 'other-key' }],
    ['forged', () => undefined, { bitFlip: { at: 2, bit: 3_000 } }],
  ])('%s', async (result, prepare, faults) => {
    prepare();
    const before = desk.records().length;
    watch();
    await desk.putDown(first.image, { faults });
    const verdict = await run.verdict();
    expect(verdict.verdict.result).toBe(result);
    expect(desk.records().slice(before)).toMatchObject([{ result, ...operation }]);
    // Only a card that proved itself is opened, whatever else is said of it.
    expect(verdict.holder !== undefined).toBe(result !== 'cloned' && result !== 'forged');
  });

  it('rolled back: its counters fell', async () => {
    watch();
    const { terminal, reader } = await issuedCard(issuedOn.early, { person: applicant(3) });
    expect(await verifyPermit(terminal.context(reader.insert()))).toMatchObject({ ok: true });
    const [chip = ''] = terminal.known.keys();
    const image = reader.card.image();
    await desk.putDown(image);
    expect((await run.verdict()).verdict.result).toBe('valid');
    await desk.lift();
    desk.terminal.outbox.knownCards.remember(chip, { residence: 9, endorsements: 9, services: 9 });
    const told = run.checks.length;
    await desk.putDown(image);
    expect((await run.verdict(told)).verdict.result).toBe('rolled-back');
  });

  it('with the terminal’s right gone the verdict stands alone, and says why', async () => {
    desk.grant([]);
    watch();
    await desk.putDown(second.image);
    const told = await run.verdict();
    expect([told.verdict.result, told.closed, told.holder]).toEqual(['valid', 'ACCESS_CERTIFICATE_MISSING', undefined]);
  });
});

describe('a card that is taken away', () => {
  it('at each APDU: before the verdict there is none, after it the verdict stands, recorded once', async () => {
    watch();
    const seen: unknown[] = [];
    for (let at = 1; at <= 14; at += 1) {
      const [told, before] = [run.checks.length, desk.records().length];
      await desk.putDown(first.image, { faults: { tearAtApdu: { at, when: 'before' } } });
      const end = await run.until('an end', (check) => check.phase === 'refused' || (check.phase === 'verdict' && check.seq !== undefined), told);
      await run.until('lifted', (check) => check.phase === 'refused' || (check.phase === 'verdict' && check.seq !== undefined && !check.cardPresent), told);
      const records = desk.records().slice(before).map((record) => (record.type === 'verification' ? [record.result, record.access] : record.type));
      seen.push(end.phase === 'refused' ? [end.code, ...records] : end.phase === 'verdict' ? [end.verdict.result, end.closed, end.holder, ...records] : end.phase);
      // pcscd looks at its slots now and then.
      await delay(600);
    }
    const refused = ['CARD_REMOVED'];
    const stands = (access?: 'inspect') => ['valid', 'CARD_REMOVED', undefined, ['valid', access]];
    expect(seen).toEqual([...Array.from({ length: 5 }, () => refused), ...Array.from({ length: 7 }, () => stands()), ...Array.from({ length: 2 }, () => stands('inspect'))]);
  }, 60_000);

  it.each<readonly [string, CardImage | undefined, CardFaults, string]>([
    ['that is blank', blank(7), {}, 'CARD_BLANK'],
    ['that is none of ours', undefined, { wrongStatus: { at: 1, sw: 0x6a82 } }, 'CARD_NOT_PERMIT'],
    ['that answers nonsense', undefined, { garbage: { at: 1, kind: 'long' } }, 'CARD_ANSWER_INVALID'],
  ])('a card %s: refused, and asked for the next', async (_, image, faults, code) => {
    watch();
    await desk.putDown(image ?? first.image, { faults });
    expect(await run.refused()).toMatchObject({ code, reader: desk.reader });
    expect(run.asked).toEqual(['next']);
  });
});

describe('what fails beside the card', () => {
  it('the reader process is killed in mid-check: named, and the card is checked by itself', async () => {
    watch();
    await desk.putDown(first.image, { faults: { delayMs: 150 } });
    await run.until('reading', (check) => check.phase === 'reading');
    await delay(400);
    process.kill(desk.terminal.supervisor.pid ?? 0, 'SIGKILL');
    expect(await run.refused()).toMatchObject({ code: 'READER_PROCESS_DIED' });
    expect((await run.verdict()).verdict.result).toBe('valid');
  }, 30_000);

  it('a card at which the reader process dies each time is tried a few times, not without end', async () => {
    watch({ retryMs: [200] });
    await desk.putDown(first.image, { faults: { delayMs: 150 } });
    const readings = (): number => run.checks.filter(({ phase }) => phase === 'reading').length;
    let killed = 0;
    for (const deadline = Date.now() + 7_000; Date.now() < deadline; await delay(20)) {
      if (readings() === killed) continue;
      killed = readings();
      await delay(400);
      const { pid } = desk.terminal.supervisor;
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    }
    expect(readings()).toBe(2);
  }, 30_000);

  it('pcscd dies in mid-check and comes back: named, and the next card is checked', async () => {
    watch();
    await desk.putDown(first.image, { faults: { delayMs: 150 } });
    await run.until('reading', (check) => check.phase === 'reading');
    await delay(400);
    await desk.killPcscd();
    expect(['READER_SERVICE_DOWN', 'READER_PROCESS_DIED', 'CARD_REMOVED']).toContain((await run.refused()).code);
    await desk.restartPcscd();
    const told = run.checks.length;
    await desk.putDown(second.image);
    expect(await run.verdict(told)).toMatchObject({ verdict: { permitNumber: second.permitNumber } });
  }, 40_000);

  it('pcscd is restarted while a verdict stands: the card counts as lifted, and the same one put down again is checked again', async () => {
    watch();
    await desk.putDown(first.image);
    await run.verdict();
    await desk.restartPcscd();
    await run.until('lifted', (check) => check.phase === 'verdict' && !check.cardPresent);
    const told = run.checks.length;
    await desk.putDown(first.image);
    expect(await run.verdict(told)).toMatchObject({ verdict: { permitNumber: first.permitNumber } });
  }, 40_000);
});

describe('who, why, where', () => {
  it('is asked first, again after an answer that is none, and no card is touched before', async () => {
    chosen = undefined;
    watch();
    await desk.putDown(first.image);
    await delay(300);
    run.answer('operation', { purpose: 'curiosity', place: 'x' });
    await delay(50);
    expect([run.asked, run.phases()]).toEqual([['operation', 'operation'], ['waiting']]);
    run.answer('operation', { purpose: 'suspect', place: ' 汽车南站 ' });
    await run.verdict();
    expect(chosen).toEqual({ purpose: 'suspect', place: '汽车南站' });
    expect(desk.records().at(-1)).toMatchObject({ purpose: 'suspect', place: '汽车南站' });
  });

  it('chosen elsewhere, the question needs no answer', async () => {
    chosen = undefined;
    watch();
    await desk.putDown(second.image);
    await delay(100);
    chosen = operation;
    changed();
    await run.verdict();
    expect(run.asked).toEqual(['operation', 'next']);
  });

  it('without it the terminal checks nothing', async () => {
    watch();
    expect(await desk.terminal.verify()).toEqual({ ok: false, code: 'OPERATION_REQUIRED' });
    expect(await desk.terminal.read()).toEqual({ ok: false, code: 'OPERATION_REQUIRED' });
  });
});

describe('the end', () => {
  it('blanks by itself after its time', async () => {
    watch({ blankAfterMs: 150 });
    await desk.putDown(first.image);
    await run.verdict();
    await run.until('blank', (check) => check.phase === 'waiting', run.checks.length);
    expect(run.last).toEqual({ phase: 'waiting' });
  });

  it('cancelled in mid-check the check is finished and recorded, and nothing more is told of it', async () => {
    const before = desk.records().length;
    watch();
    await desk.putDown(first.image, { faults: { delayMs: 60 } });
    await run.until('the early verdict', (check) => check.phase === 'verdict');
    run.cancel();
    expect(await ended).toEqual({ ok: true, value: {} });
    expect(run.checks.filter((check) => check.phase === 'verdict').map(({ seq }) => seq)).toEqual([undefined]);
    expect(desk.records().slice(before)).toMatchObject([{ result: 'valid', access: 'inspect' }]);
    expect(run.last).toEqual({ phase: 'waiting' });
  });
});
