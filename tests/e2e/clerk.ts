import type { Locator, Page } from 'playwright-core';
import type { Application, PaperCode } from '../../src/contract/index.js';
import type { RunningApp } from './app-host.js';
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

  async signIn({ id, password }: { readonly id: string; readonly password: string } = operator): Promise<void> {
    await this.page.getByLabel(this.label('operator'), { exact: true }).fill(id);
    await this.page.getByLabel(this.label('password'), { exact: true }).fill(password);
    await this.page.keyboard.press('Enter');
    await this.shown(this.page.locator('.home'));
  }

  /** Waits until it is there: the machine's time. */
  async shown(what: Locator): Promise<void> {
    await this.meter.wait(what.first().waitFor());
  }

  /** Waits until this step of a form, and nothing else, is on the screen. */
  async step(name: string): Promise<void> {
    await this.shown(this.page.locator(`[data-step="${name}"]`));
  }

  /** The focus stands in this field of the form, without a hand at the mouse where Enter led there. */
  async at(field: string): Promise<void> {
    const id = `field-${field.replaceAll('.', '-')}`;
    const there = async (): Promise<boolean> => this.page.evaluate((wanted) => (globalThis as unknown as { document: { activeElement: { id: string } | null } }).document.activeElement?.id === wanted, id);
    const came = await this.meter.wait(
      this.page.waitForFunction((wanted) => (globalThis as unknown as { document: { activeElement: { id: string } | null } }).document.activeElement?.id === wanted, id, { timeout: 1_500 }).then(
        () => true,
        () => there(),
      ),
    );
    if (!came) await this.meter.click(this.page.locator(`[id="${id}"]`));
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

  async home(): Promise<void> {
    if (await this.page.locator('.home').isVisible()) return;
    await this.meter.press('Escape');
    await this.shown(this.page.locator('.home'));
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
    await this.write('address', residence.address);
    await this.enter();
    await this.type('since', residence.since.replaceAll('-', ''));
    await this.enter();
    if (registeredOn !== residence.since) await this.type('registeredOn', registeredOn.replaceAll('-', ''));
    await this.next();
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

export const allPapers: readonly PaperCode[] = [];
