import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application, ApplicationForm, FormDraft } from '../../../src/contract/index.js';
import { addNotice } from '../../../src/platform/index.js';
import { AppWorld, people } from '../app-world.js';
import { needlesOf, search as searchBytes } from '../byte-search.js';
import type { ServiceProcess } from '../service-process.js';

/** The form's flows in the real service process, beside the real platform and a virtual reader. */
let world: AppWorld;
let service: ServiceProcess;

const formOf = ({ residence, notice: _notice, insuranceYears: _years, ...person }: Application): ApplicationForm => ({
  name: person.name,
  ethnicGroup: person.ethnicGroup,
  idNumber: person.idNumber,
  registeredAddress: person.registeredAddress,
  division: residence.division,
  address: residence.address,
  since: residence.since,
  registeredOn: person.registeredOn,
  grounds: [...person.grounds],
});
const draftOf = (seed: number, more: Partial<FormDraft> = {}): FormDraft => ({ id: randomUUID(), purpose: 'first', form: formOf(world.application(seed).application), step: 'address', ...more });
const cases = async (text: string) => (await service.done({ workflow: 'search', text })).cases.map(({ kind, what }) => `${kind} ${what}`);

beforeAll(async () => {
  world = await AppWorld.make();
  const noticed = await world.administer((platform) => addNotice(platform, { id: 'wz-notice', version: 1, from: '2026-01-01', zh: '测试告知', en: 'test notice' }));
  expect(noticed.ok).toBe(true);
  service = await world.service();
  await world.enrol(service);
}, 60_000);
afterAll(() => world.close());

const everyFlow = [
  { workflow: 'counter-home' },
  { workflow: 'search', text: '测' },
  { workflow: 'draft-open', id: randomUUID() },
  { workflow: 'draft-delete', id: randomUUID() },
  { workflow: 'form-check', form: {}, purpose: 'first', hasPhoto: false },
  { workflow: 'find-duplicates', idNumber: '330302199001010013' },
  { workflow: 'find-divisions', text: 'wm' },
  { workflow: 'own-records' },
] as const;

describe('nobody is signed in', () => {
  it.each(everyFlow.map((input) => [input.workflow, input] as const))('%s is refused', async (_, input) => expect(await service.refused(input)).toBe('SIGN_IN_REQUIRED'));
  it('a draft is not taken', async () => expect(await service.refused({ workflow: 'draft-save', draft: draftOf(1) })).toBe('SIGN_IN_REQUIRED'));
});

describe('a clerk', () => {
  it('has nothing to do on the first morning', async () => {
    await world.signIn(service, people.clerk);
    const home = await service.done({ workflow: 'counter-home' });
    expect(home).toMatchObject({ drafts: [], torn: [], tasks: [], making: 'spot', books: { day: world.today, fees: { count: 0 }, handedOver: 0, blanks: { expected: 4 } } });
    expect(await service.done({ workflow: 'own-records' })).toEqual({ lines: [] });
  });

  it('finds a division by its sound', async () => {
    expect((await service.done({ workflow: 'find-divisions', text: 'wmjd' })).divisions[0]).toEqual({ code: '330302006', name: '五马街道', county: '鹿城区', pinyin: 'wu ma jie dao' });
  });

  it('is told what is wrong with a form, with the notice of the city', async () => {
    const form = formOf(world.application(1).application);
    const unread = await service.done({ workflow: 'form-check', form, purpose: 'first', hasPhoto: true });
    expect(unread.issues).toEqual([{ field: 'notice', code: 'NOTICE_UNREAD' }]);
    expect(unread.notice).toEqual({ id: 'wz-notice', version: 1, zh: '测试告知', en: 'test notice' });
    const { application, offers } = await service.done({ workflow: 'form-check', form: { ...form, notice: { id: 'wz-notice', version: 1 } }, purpose: 'first', hasPhoto: true });
    expect([application?.idNumber, offers[0]?.possible, offers[0]?.rule]).toEqual([form.idNumber, true, 'residence-2016']);
  });

  it('keeps a draft through each change, finds it, and the service keeps what it knows of it', async () => {
    const draft = draftOf(2);
    const { name = '', idNumber = '' } = draft.form;
    expect(await service.refused({ workflow: 'draft-open', id: draft.id })).toBe('DRAFT_GONE');
    const { savedAt } = await service.done({ workflow: 'draft-save', draft });
    expect(await service.done({ workflow: 'draft-open', id: draft.id })).toEqual({ ...draft, savedAt });
    // A UI cannot say that something was accepted or issued.
    await service.done({ workflow: 'draft-save', draft: { ...draft, step: 'work', receipt: 'S20261124-FORGED00', pinSet: true } });
    expect(await service.done({ workflow: 'draft-open', id: draft.id })).toMatchObject({ step: 'work', form: draft.form });
    expect(await service.done({ workflow: 'draft-open', id: draft.id })).not.toHaveProperty('receipt');
    expect((await service.done({ workflow: 'counter-home' })).drafts).toMatchObject([{ id: draft.id, step: 'work', idEnd: idNumber.slice(-4), maskedName: expect.stringMatching(/^.\*+$/u) as string }]);
    expect([await cases(name), await cases(idNumber), await cases(idNumber.slice(-4))]).toEqual([['draft work'], ['draft work'], ['draft work']]);
    expect((await service.done({ workflow: 'find-duplicates', idNumber })).duplicates).toMatchObject([{ from: 'terminal', state: 'draft', draft: draft.id }]);
    expect(await service.done({ workflow: 'find-duplicates', idNumber, exceptDraft: draft.id })).toEqual({ duplicates: [], platform: 'asked' });
    await service.done({ workflow: 'draft-delete', id: draft.id });
    expect([await service.refused({ workflow: 'draft-delete', id: draft.id }), await cases(name)]).toEqual(['DRAFT_GONE', []]);
  });

  it('finds a permit that was issued here, after the sync as well; the platform tells of it, and keeps who asked', async () => {
    const input = world.application(3);
    const { name, idNumber, birth } = input.application;
    await world.put();
    const { permitNumber } = await service.done(input);
    await world.take();
    await service.done({ workflow: 'sync' });
    await service.stateWhere(({ queue }) => queue.pending === 0, 'pushed');
    expect([await cases(name), await cases(permitNumber)]).toEqual([['record issue'], ['record issue']]);
    const { duplicates, platform } = await service.done({ workflow: 'find-duplicates', idNumber });
    expect(platform).toBe('asked');
    expect(duplicates).toEqual([
      { from: 'platform', maskedName: `${name.slice(0, 1)}${'*'.repeat(Math.min(name.length - 1, 3))}`, birth, idEnd: idNumber.slice(-4), permitNumber, state: 'made', kind: 'residence', issuedOn: world.today, division: input.application.residence.division },
    ]);
    expect((await service.done({ workflow: 'own-records' })).lines).toMatchObject([{ type: 'issue', reference: permitNumber, by: '' }]);
    expect(await service.refused({ workflow: 'find-duplicates', idNumber: idNumber.slice(0, 17) })).toBe('INPUT_INVALID');
  });

  it('off-line has the own word of the terminal, and is told why there is no other', async () => {
    const { idNumber } = world.application(3).application;
    await world.stopPlatform();
    const { duplicates, platform } = await service.done({ workflow: 'find-duplicates', idNumber });
    expect([duplicates.map(({ from, state }) => `${from} ${state}`), platform]).toEqual([['terminal made'], 'PLATFORM_UNREACHABLE']);
    await world.startPlatform();
  });

  it('leaves no name and no number in a file or a log', () => {
    const secrets: Record<string, string> = {};
    for (const seed of [2, 3]) {
      const { name, idNumber } = world.application(seed).application;
      secrets[`ID number ${String(seed)}`] = idNumber;
      // A name of two characters is four bytes of UTF-16: found by chance.
      if (name.length > 2) secrets[`name ${String(seed)}`] = name;
    }
    expect(Object.keys(secrets).length).toBeGreaterThan(1);
    expect(searchBytes(world.folder.terminal, needlesOf(secrets))).toEqual([]);
    const logs = readdirSync(world.folder.terminal, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.log'));
    for (const file of logs) expect(readFileSync(join(world.folder.terminal, file), 'utf8')).not.toContain(world.application(3).application.idNumber);
  });
});

describe('another hand', () => {
  it('a screen that locked itself gives the draft back to whoever signs in', async () => {
    const draft = draftOf(4);
    await service.done({ workflow: 'draft-save', draft });
    await service.stop();
    service = await world.service('counter', ['--lock-after', '0.05']);
    await world.signIn(service, people.clerk);
    await service.done({ workflow: 'draft-save', draft: { ...draft, step: 'papers' } });
    await service.stateWhere(({ session }) => session === null, 'locked');
    expect(await service.refused({ workflow: 'draft-open', id: draft.id })).toBe('SIGN_IN_REQUIRED');
    await world.signIn(service, people.clerk);
    expect(await service.done({ workflow: 'draft-open', id: draft.id })).toMatchObject({ step: 'papers', form: draft.form });
    expect(await cases(draft.form.name ?? '')).toEqual(['draft papers']);
  });

  it('an officer has no business with forms, and in another mode nobody has', async () => {
    await service.stop();
    service = await world.service();
    await world.signIn(service, people.clerk);
    await world.signIn(service, people.officer);
    for (const input of everyFlow) expect([input.workflow, await service.refused(input)]).toEqual([input.workflow, 'ROLE_REQUIRED']);
    await service.stop();
    service = await world.service('police');
    await world.signIn(service, people.clerk);
    for (const input of everyFlow) expect([input.workflow, await service.refused(input)]).toEqual([input.workflow, 'ROLE_REQUIRED']);
  });
});
