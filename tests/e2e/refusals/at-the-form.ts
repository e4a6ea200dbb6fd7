import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import type { Locator } from 'playwright-core';
import type { ApplicationForm, FormStep } from '../../../src/contract/index.js';
import { addDays } from '../../../src/permit/index.js';
import { pupil, today } from '../day/people.js';
import { formOf, type Hall } from './hall.js';
import { notice, type Refusal } from './refusal.js';
import type { Words } from './told.js';

/** A form that was left half done or wrong, and the clerk wants to go on: the list of what is wrong, above the step. */
const goingOn =
  (step: FormStep, change: (form: ApplicationForm, hall: Hall) => ApplicationForm, person: (hall: Hall) => ApplicationForm = (hall) => formOf(hall.person())): Refusal['meet'] =>
  async (hall) => {
    await hall.form(step, change(person(hall), hall));
    await hall.clerk.next();
    return hall.page.locator('.error-summary');
  };

const without = (form: ApplicationForm, ...fields: readonly (keyof ApplicationForm)[]): ApplicationForm => Object.fromEntries(Object.entries(form).filter(([field]) => !fields.includes(field as keyof ApplicationForm)));
/** Another check digit than its own. */
const misread = (idNumber = ''): string => `${idNumber.slice(0, 17)}${idNumber.endsWith('1') ? '2' : '1'}`;
const unfilled = (zh: string, en: string): Words => ({ zh: [`请填写：${zh}`], en: [`Fill in: ${en}`] });

const photoFile = async ({ page, world }: Hall, name: string, bytes: Uint8Array): Promise<void> => {
  const file = join(world.root, name);
  writeFileSync(file, bytes);
  await page.locator('.photo input[type="file"]').setInputFiles(file);
};
const dark = (): Uint8Array => new Uint8Array(jpeg.encode({ width: 358, height: 441, data: Buffer.alloc(358 * 441 * 4, 20) }, 90).data);

const atThePhoto = async (hall: Hall): Promise<Locator> => {
  await hall.form('photo', formOf(hall.person()));
  return notice(hall, 'CAMERA_UNAVAILABLE');
};

export const atTheForm: readonly Refusal[] = [
  { code: 'NAME_MISSING', what: 'no name', words: unfilled('姓名', 'Name'), meet: goingOn('identity', (form) => without(form, 'name')) },
  { code: 'FIELD_MISSING', what: 'a field is not filled in', words: unfilled('民族', 'Ethnic group'), meet: goingOn('identity', (form) => without(form, 'ethnicGroup')) },
  { code: 'ID_NUMBER_CHECK', what: 'a misread number', meet: goingOn('identity', (form) => ({ ...form, idNumber: misread(form.idNumber) })) },
  { code: 'ID_NUMBER_MISMATCH', what: 'a birth that the number does not have', meet: goingOn('identity', (form) => ({ ...form, birth: '1970-01-01' })) },
  { code: 'DATE_IMPOSSIBLE', what: 'a day to come', meet: goingOn('address', (form) => ({ ...form, since: addDays(today(), 3) })) },
  { code: 'DIVISION_UNKNOWN', what: 'a place that is none', meet: goingOn('address', (form) => ({ ...form, division: '330399999000' })) },
  { code: 'GUARDIAN_REQUIRED', what: 'a child alone', meet: goingOn('work', (form) => without(form, 'guardian'), () => formOf(pupil(990))) },
  { code: 'INPUT_INVALID', what: 'who stands for a child is the child', meet: goingOn('work', (form) => ({ ...form, guardian: { ...form.guardian, idNumber: form.idNumber } }), () => formOf(pupil(991))) },
  { code: 'NOTICE_UNREAD', what: 'the notice was not shown', meet: goingOn('notice', (form) => without(form, 'notice')) },
  { code: 'NOT_ELIGIBLE', what: 'here for two months', meet: goingOn('kind', (form) => form, (hall) => formOf(hall.person(2))) },
  {
    code: 'KIND_NOT_AVAILABLE',
    what: 'a kind that is not given any more',
    // What to do next is done already: the one that is given is chosen.
    words: { zh: ['按当日规定，不能办理此类证件。'], en: ['The rules of that day do not provide this kind of permit.'] },
    meet: async (hall) => {
      await hall.form('kind', formOf(hall.person()));
      return hall.page.locator('.offer.not');
    },
  },
  { code: 'CAMERA_UNAVAILABLE', what: 'no camera', meet: atThePhoto },
  {
    code: 'PHOTO_MISSING',
    what: 'no photo',
    meet: async (hall) => {
      await atThePhoto(hall);
      await hall.clerk.next();
      return hall.page.locator('.error-summary');
    },
  },
  {
    code: 'PHOTO_NOT_JPEG',
    what: 'a file that is no picture',
    meet: async (hall) => {
      await atThePhoto(hall);
      await photoFile(hall, 'letter.jpg', new TextEncoder().encode('no picture at all'));
      return notice(hall, 'PHOTO_NOT_JPEG');
    },
  },
  {
    what: 'a photo that is too dark',
    words: { zh: ['照片过暗。请面向光线。'], en: ['Too dark. Face the light.'] },
    meet: async (hall) => {
      await atThePhoto(hall);
      await photoFile(hall, 'dark.jpg', dark());
      return hall.page.locator('.hints');
    },
  },
  {
    what: 'papers missing, told once',
    words: { zh: ['还缺 2 项材料', '以上是全部所缺材料，请一次告知办理人。'], en: ['Papers missing: 2', 'This is all that is missing; it is told once and completely.'] },
    meet: async (hall) => {
      await hall.form('papers', { ...formOf(hall.person()), papers: ['identity-card'] });
      await hall.clerk.next();
      return hall.page.locator('[data-state="missing-papers"]');
    },
  },
  {
    code: 'GLYPH_MISSING',
    what: 'a character that no font has, to be printed',
    meet: async (hall) => {
      await hall.form('papers', { ...formOf(hall.person()), name: '林\u{E815}', papers: ['identity-card'] });
      await hall.clerk.next();
      await hall.page.locator('[data-state="missing-papers"] button').first().click();
      return notice(hall, 'GLYPH_MISSING');
    },
  },
  {
    what: 'the person has a permit',
    words: { zh: ['此身份号码已有 1 条记录，请核对是否同一人'], en: ['Found with this ID number: 1. Compare whether it is the same person'] },
    meet: async (hall) => {
      await hall.form('duplicates', formOf(hall.world.counter.cards['active-12']!.person!));
      return hall.page.locator('.found');
    },
  },
  {
    code: 'DRAFT_GONE',
    what: 'a draft that is not there any more',
    meet: async (hall) => {
      await hall.go(`/counter/new/${randomUUID()}/address`);
      return notice(hall, 'DRAFT_GONE');
    },
  },
];
