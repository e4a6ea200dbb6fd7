import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { portraitOf } from '../../../src/cli/invented/index.js';
import type { Application, ApplicationForm, FormStep, Purpose } from '../../../src/contract/index.js';
import { blankImage, saveImage } from '../../../src/emulator/index.js';
import { permitNumber } from '../../../src/permit/index.js';
import { registerBlanks } from '../../../src/platform/index.js';
import { askService } from '../ask-service.js';
import { ChromiumHost, type ChromiumApp } from '../chromium-host.js';
import { Clerk } from '../clerk.js';
import { ClockOfChildren } from '../clock-of-children.js';
import { blankName, noticeText } from '../counter-stage.js';
import { today, worker } from '../day/people.js';
import { operator } from '../stage.js';
import { value } from '../stagehand.js';
import { World } from '../world.js';

const photoOf = (person: Application): string => Buffer.from(portraitOf(person, today())).toString('base64');

/** An application as the form keeps it, with every paper on the desk and the notice read. */
export const formOf = ({ residence, notice: _notice, ...person }: Application): ApplicationForm => ({
  ...person,
  insuranceYears: undefined,
  ...residence,
  papers: ['identity-card', 'proof-of-residence', 'proof-of-employment'],
  notice: { id: noticeText.id, version: noticeText.version },
});

/** A counter without a camera, brought into a state by what its service was told before, where a clerk is about to be refused. */
export class Hall {
  #seed = 900;
  #blanks = 0;

  private constructor(
    readonly world: World,
    readonly clock: ClockOfChildren,
    private readonly host: ChromiumHost,
    readonly app: ChromiumApp,
    readonly clerk: Clerk,
  ) {}

  static async open(): Promise<Hall> {
    const clock = new ClockOfChildren();
    const world = await World.open({ stage: 'counter' });
    const host = new ChromiumHost();
    const app = await host.start(world, { mode: 'counter' });
    return new Hall(world, clock, host, app, new Clerk(app));
  }

  get page(): ChromiumApp['page'] {
    return this.app.page;
  }

  /** Somebody else each time. */
  person(months = 8): Application {
    this.#seed += 1;
    return worker(this.#seed, undefined, months);
  }

  numberOf(card: string): string {
    return this.world.counter.cards[card]?.permitNumber ?? '';
  }

  /** Rightly formed, and of no permit. */
  unknownNumber(): string {
    return permitNumber({ division6: '330302', year: 2020, kind: 1, sequence: 999_999 });
  }

  takeBlank(): string {
    this.#blanks += 1;
    return blankName(this.#blanks);
  }

  async home(): Promise<void> {
    await this.world.take();
    const password = this.page.getByLabel(this.clerk.label('password'), { exact: true });
    await this.page.locator('button.language').waitFor();
    if (await password.isVisible()) await this.clerk.signIn(operator);
    else await this.clerk.home();
  }

  async go(path: string): Promise<void> {
    await this.page.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, `#${path}`);
  }

  /** A form as it was left at this step, opened again. */
  async form(step: FormStep, form: ApplicationForm, { photo = false, purpose = 'first', permitNumber }: { readonly photo?: boolean; readonly purpose?: Purpose; readonly permitNumber?: string } = {}): Promise<string> {
    const id = randomUUID();
    const picture = photo ? { photo: photoOf(this.person()) } : {};
    await askService(this.page, { workflow: 'draft-save', draft: { id, purpose, step, form, ...picture, ...(permitNumber === undefined ? {} : { permitNumber }) } });
    await this.go(`/counter/new/${id}/${step}`);
    await this.clerk.step(step);
    return id;
  }

  /** An accepted application at the step where its card is written. */
  async atWrite(person = this.person(), { purpose = 'first', permitNumber }: { readonly purpose?: Purpose; readonly permitNumber?: string } = {}): Promise<{ readonly draft: string; readonly receipt: string }> {
    const draft = randomUUID();
    const number = permitNumber === undefined ? {} : { permitNumber };
    const photo = photoOf(person);
    await askService(this.page, { workflow: 'draft-save', draft: { id: draft, purpose, step: 'answers', form: formOf(person), photo, ...number } });
    const { receipt } = await askService(this.page, { workflow: 'accept', application: person, purpose, missingPapers: [], photo, draft, ...number });
    await this.go(`/counter/new/${draft}/write`);
    await this.page.locator('.write[data-state="ready"]').waitFor();
    return { draft, receipt };
  }

  /** A blank that this counter was not given, or one of its own serials with other keys. */
  async strangeBlank(name: string, whose: 'nobody' | 'forged'): Promise<void> {
    const [keys] = value(await this.world.platform.administer((platform) => registerBlanks(platform, 1, ...(whose === 'forged' ? [this.world.counter.terminals.counter] : []))));
    const { serial, enc, mac, dek } = keys!;
    const other = new Uint8Array(16).fill(7);
    const image = blankImage({ serial, keys: whose === 'forged' ? { enc: other, mac: other, dek: other } : { enc, mac, dek } });
    const { cards } = this.world.folder;
    saveImage(join(cards, `${name}.card`), image, new Uint8Array(Buffer.from(readFileSync(join(cards, 'key'), 'utf8'), 'hex')));
  }

  async sync(): Promise<void> {
    await this.clerk.home();
    await this.page.keyboard.press('F7');
    await this.page.locator('.notice').filter({ hasNotText: '正在与平台同步' }).waitFor();
  }

  /** Somebody's form with nothing wrong in it. */
  wholeForm(): ApplicationForm {
    return formOf(this.person());
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.host.close();
    await this.world.close();
    this.clock.end();
  }
}
