import type { Locator, Page } from 'playwright-core';
import { grounds as groundKeys, type Application } from '../../src/contract/index.js';
import type { RunningApp } from './app-host.js';
import type { Keypad } from './keypad.js';
import { Meter } from './meter.js';
import { operator, supervisor } from './stage.js';

/** Names of what a clerk uses, as a screen reader says them. */
export type Language = 'zh' | 'en';
const names = {
  operator: { zh: '工号', en: 'Operator number' },
  password: { zh: '口令', en: 'Password' },
} as const;

/**
 * A clerk at the counter: keys first, the mouse where there is no key. Every act goes through a meter, and everything waits for what the screen shows, nothing for a time: the time between is the machine's.
 */
export class Clerk {
  readonly meter: Meter;

  constructor(
    readonly app: Pick<RunningApp, 'page'>,
    readonly language: Language = 'zh',
  ) {
    this.meter = new Meter(app.page);
  }

  get page(): Page {
    return this.app.page;
  }

  label(name: keyof typeof names): string {
    return names[name][this.language];
  }

  /** `lands`: what is shown then, where the screen had locked itself over something. */
  async signIn(who: { readonly id: string; readonly password: string } = operator, lands = '.home'): Promise<void> {
    await this.fillSignIn(who);
    await this.shown(this.page.locator(lands));
  }

  /** Whatever comes of it. */
  async fillSignIn({ id, password }: { readonly id: string; readonly password: string }): Promise<void> {
    await this.page.getByLabel(this.label('operator'), { exact: true }).fill(id);
    await this.page.getByLabel(this.label('password'), { exact: true }).fill(password);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until it is there: the machine's time. */
  async shown(what: Locator): Promise<void> {
    await this.meter.wait(what.first().waitFor());
  }

  /** Waits until this step of a form, and nothing else, is on the screen. */
  async step(name: string): Promise<void> {
    await this.shown(this.page.locator(`[data-step="${name}"]`));
  }

  /** The keys led into this field of the form: no hand at the mouse. */
  async at(field: string): Promise<void> {
    await this.shown(this.page.locator(`[id="field-${field.replaceAll('.', '-')}"]:focus`));
  }

  /** A number, a date, a code. */
  async type(field: string, text: string): Promise<void> {
    await this.at(field);
    await this.meter.type(text);
  }

  /** Running text. */
  async write(field: string, text: string): Promise<void> {
    await this.at(field);
    await this.meter.write(text);
  }

  enter(): Promise<void> {
    return this.meter.press('Enter');
  }

  next(): Promise<void> {
    return this.meter.press('Control+Enter');
  }

  /** Out of panels and screens, one Esc after the other, as far as the home screen. */
  async home(): Promise<void> {
    const home = this.page.locator('.home');
    for (let times = 0; times < 60 && !(await home.isVisible()); times += 1) {
      await this.meter.press('Escape');
      await home.waitFor({ timeout: 150 }).catch(() => undefined);
    }
    await this.shown(home);
  }

  /** Who it is, as the identity card says. */
  async identity(person: Application): Promise<void> {
    await this.write('name', person.name);
    await this.enter();
    await this.type('idNumber', person.idNumber);
    await this.enter();
    await this.type('ethnicGroup', String(person.ethnicGroup));
    await this.enter();
    await this.write('registeredAddress', person.registeredAddress);
    await this.enter();
    if (person.phone !== undefined) await this.write('phone', person.phone);
    await this.next();
  }

  /** The division by its nine digits' town, typed as `typed` and picked from the list. */
  async address({ residence, registeredOn }: Application, typed: string): Promise<void> {
    await this.type('division', typed);
    await this.shown(this.page.locator('[role="option"]'));
    await this.enter();
    // Its code stands beside it once it was taken.
    await this.shown(this.page.locator('.picker .code'));
    await this.write('address', residence.address);
    await this.enter();
    await this.type('since', residence.since.replaceAll('-', ''));
    if (registeredOn !== residence.since) {
      await this.enter();
      await this.type('registeredOn', registeredOn.replaceAll('-', ''));
    }
    await this.next();
  }

  /** Nobody else has a permit of this number. Where the platform said so too it goes on by itself. */
  async noDuplicate(): Promise<void> {
    const here = this.page.locator('[data-state="none"]');
    await this.shown(here.or(this.page.locator('[data-step="address"]')));
    if (await here.isVisible()) await this.next();
  }

  async work({ grounds, guardian, agent, residence }: Application): Promise<void> {
    await this.step('work');
    for (const ground of grounds) await this.type('grounds', String(groundKeys.indexOf(ground) + 1));
    await this.enter();
    await this.at('employer');
    if (residence.employer !== undefined) await this.meter.write(residence.employer);
    if (guardian !== undefined) {
      await this.enter();
      await this.write('guardian.name', guardian.name);
      await this.enter();
      await this.type('guardian.idNumber', guardian.idNumber);
      await this.enter();
      await this.write('guardian.relation', guardian.relation);
    }
    if (agent !== undefined) await this.agent(agent);
    await this.next();
  }

  /** Who comes for somebody that cannot, and why. */
  async agent({ name, idNumber, relation, reason }: NonNullable<Application['agent']>): Promise<void> {
    await this.meter.click(this.page.locator('label.agent input'));
    await this.enter();
    await this.write('agent.name', name);
    await this.enter();
    await this.type('agent.idNumber', idNumber);
    await this.enter();
    await this.write('agent.relation', relation);
    await this.enter();
    await this.at('agent.reason');
    for (let down = 0; down <= ['aged', 'disabled', 'ill'].indexOf(reason); down += 1) await this.meter.press('ArrowDown');
  }

  /** `missing`: numbers of the lines that are not on the desk; `print`: the notice of them is printed. */
  async papers(missing: readonly number[] = [], { print = false }: { readonly print?: boolean } = {}): Promise<void> {
    await this.step('papers');
    await this.type('papers', 'a');
    for (const line of missing) await this.meter.type(String(line));
    await this.next();
    if (missing.length === 0) return;
    const told = this.page.locator('[data-state="missing-papers"]');
    await this.shown(told);
    if (print) {
      await this.meter.click(told.locator('button').nth(0));
      await this.shown(told.locator('button[aria-disabled="false"]').nth(0));
    }
    await this.next();
  }

  async notice(): Promise<void> {
    await this.step('notice');
    await this.at('notice');
    await this.meter.press('Space');
    await this.next();
  }

  /** From the camera. */
  async photo(times = 1): Promise<void> {
    await this.step('photo');
    for (let taken = 1; taken < times; taken += 1) {
      await this.#shoot();
      await this.meter.click(this.page.locator('.photo .buttons button').first());
    }
    await this.#shoot();
    await this.next();
  }

  async #shoot(): Promise<void> {
    await this.shown(this.page.locator('[data-state="live"]'));
    await this.shown(this.page.locator('[data-shoot] button:focus'));
    await this.meter.press('Space');
    // How many bytes it has: it was cut and fits on the card.
    await this.shown(this.page.locator('[data-state="taken"] p.small[role="status"]'));
  }

  async kind(): Promise<void> {
    await this.step('kind');
    await this.shown(this.page.locator('.offer.chosen'));
    await this.next();
  }

  async accept(): Promise<void> {
    await this.step('answers');
    await this.next();
  }

  /** Everything that is typed of a first permit, until it is accepted. */
  async apply(person: Application, town: string, { missing = [], print = false, photos = 1, beforePhoto }: { readonly missing?: readonly number[]; readonly print?: boolean; readonly photos?: number; readonly beforePhoto?: () => Promise<void> } = {}): Promise<void> {
    await this.meter.press('F2');
    await this.step('identity');
    await this.identity(person);
    await this.noDuplicate();
    await this.address(person, town);
    await this.work(person);
    await this.papers(missing, { print });
    await this.notice();
    await beforePhoto?.();
    await this.photo(photos);
    await this.kind();
    await this.accept();
    await this.step('write');
  }

  /** The blank that lies there is written. */
  async make(): Promise<void> {
    await this.shown(this.page.locator('.write[data-state="ready"]'));
    await this.enter();
    await this.step('hand-over');
  }

  /** What is printed on the card against its chip, the holder's PIN at the keypad, and the card goes. */
  async handOver(can: string, keypad: Keypad, pin: string, { fee = false }: { readonly fee?: boolean } = {}): Promise<void> {
    await this.type('can', can);
    await this.meter.wait(keypad.set(pin));
    await this.shown(this.page.locator('.hand-over[data-state="give"]'));
    // The fee comes first where one is due.
    const due = this.page.locator('.hand-over .due');
    if (fee) {
      await this.shown(due);
      await this.next();
      await this.meter.wait(due.waitFor({ state: 'detached' }));
      // A browser without a screen has no dialog that a person closes: its printing ends when it is asked for the paper. A key that comes while it prints is swallowed.
      const receipt = this.page.locator('.print-layer[data-document="fee"]');
      await receipt.waitFor({ state: 'attached' });
      await this.page.pdf();
      await receipt.waitFor({ state: 'detached' });
    }
    await this.next();
    await this.step('done');
  }

  /** What lies there is read: who holds it, and what may be done. */
  async desk(lay: () => Promise<void>): Promise<void> {
    await this.meter.press('F4');
    await this.meter.wait(lay());
    await this.shown(this.page.locator('.action-list'));
  }

  /** A permit whose card is not there, by its number. */
  async deskOf(permitNumber: string): Promise<void> {
    await this.meter.press('F4');
    await this.shown(this.page.locator('form.number input:focus'));
    await this.meter.type(permitNumber);
    await this.enter();
    await this.shown(this.page.locator('.action-list'));
  }

  /** An action by its letter; `fill`: what it needs besides; `two`: a second person approves. */
  async act(letter: string, { fill, two = false }: { readonly fill?: () => Promise<void>; readonly two?: boolean } = {}): Promise<void> {
    await this.meter.press(letter);
    await this.shown(this.page.locator('.action-panel'));
    await fill?.();
    await this.next();
    if (two) await this.approve();
    await this.shown(this.page.locator('.action-panel .finish'));
  }

  /** The new address of who moved, picked by a few letters. */
  async newAddress(town: string, address: string, movedOn?: string): Promise<void> {
    await this.shown(this.page.locator('#move-division:focus'));
    await this.meter.type(town);
    await this.shown(this.page.locator('[role="option"]'));
    await this.enter();
    // Its code stands beside it once it was taken.
    await this.shown(this.page.locator('.picker .code'));
    await this.shown(this.page.locator('.action-panel input:focus:not(#move-division)'));
    await this.meter.write(address);
    if (movedOn === undefined) return;
    const day = this.page.locator('.action-panel input.date');
    await this.meter.click(day);
    await this.meter.press('Control+a');
    await this.meter.type(movedOn.replaceAll('-', ''));
  }

  /** The application of this receipt, opened from the list. */
  async application(receipt: string): Promise<void> {
    await this.meter.press('F5');
    const opener = this.page.locator('tr', { hasText: receipt }).locator('button').first();
    await this.shown(opener);
    await this.meter.click(opener);
    await this.shown(this.page.locator('.application-panel dl'));
  }

  /** The second person, at this desk. */
  async approve({ id, password }: { readonly id: string; readonly password: string } = supervisor): Promise<void> {
    const panel = this.page.locator('.approval-panel');
    await this.shown(panel);
    const [number, word] = [panel.locator('input').nth(0), panel.locator('input').nth(1)];
    await number.fill(id);
    await word.fill(password);
    await this.meter.press('Enter');
  }
}
