import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../src/cli/data-folder.js';
import { inventAdult, portraitOf } from '../../src/cli/invented/index.js';
import type { Application, Outcome } from '../../src/contract/index.js';
import { blankImage, saveImage, type CardImage } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { dateInChina } from '../../src/permit/index.js';
import { accessOfMode, createEnrolmentCode, registerBlanks, type AccessMode, type Platform, type TerminalAccess } from '../../src/platform/index.js';
import { enrolTerminal, openTerminal, statusListUri, type Terminal } from '../../src/service/index.js';
import { issuePermit, type IssueContext, type Issued, type UpdateContext } from '../../src/workflows/index.js';
import { CardInReader } from '../workflows/fixtures.js';
import type { StagedCard } from './cards.js';

/** Of what must have worked. */
export const value = <T>(outcome: Outcome<T>): T => {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.code} ${outcome.detail ?? ''}`.trim());
};

/** The hands that set a stage up: they enrol terminals, issue onto emulated cards in this process, and keep the images. `N`: names of cards, `F`: of terminals. */
export class Stagehand<N extends string, F extends string> {
  readonly cards: Partial<Record<N, StagedCard>> = {};
  readonly #images = new Map<N, CardImage>();
  readonly #imageKey = new Uint8Array(randomBytes(32));
  #seed = 700;

  constructor(
    private readonly root: string,
    private readonly platform: Platform,
    private readonly url: string,
    private readonly clock: () => number,
  ) {}

  today(): string {
    return dateInChina(this.clock());
  }

  async enrol(folder: F, mode: AccessMode, access: TerminalAccess = accessOfMode[mode]): Promise<Terminal> {
    const name = mode === 'counter' ? '一号窗口' : '巡逻点';
    const { code } = value(await createEnrolmentCode(this.platform, name, ['3303'], access));
    const at = join(this.root, folder);
    value(await enrolTerminal(at, this.url, code, name, { keyStoreDirectory: join(this.root, 'key-store'), clock: this.clock }));
    return openTerminal(at, { clock: this.clock, mode });
  }

  context(terminal: Terminal, reader: CardInReader): IssueContext & UpdateContext {
    const { journal, keySets, numbers, knownCards } = terminal.outbox;
    const { maxListAgeSeconds } = terminal.rules();
    return {
      channel: reader.insert(), trust: terminal.trust, access: terminal.access, clock: terminal.clock, crypto: nodeCrypto,
      journal, keySets, numbers, known: knownCards, outbox: terminal.outbox, statusListUri, mode: terminal.mode, maxListAgeSeconds: maxListAgeSeconds[terminal.mode],
    };
  }

  async blanks(counter: Terminal, count: number): Promise<CardImage[]> {
    const keySets = value(await registerBlanks(this.platform, count, counter.identity.terminalId));
    return keySets.map(({ serial, enc, mac, dek }) => blankImage({ serial, keys: { enc, mac, dek } }));
  }

  person(onDate: string): Application {
    this.#seed += 1;
    return inventAdult({ seed: this.#seed, onDate, kind: 'residence' });
  }

  /** Issues a permit of that day onto the blank. */
  async issue(counter: Terminal, blank: CardImage, day: string): Promise<{ image: CardImage; issued: Issued; card: StagedCard }> {
    const person = this.person(day);
    return this.issueTo(counter, blank, person, day);
  }

  async issueTo(counter: Terminal, blank: CardImage, person: Application, day: string): Promise<{ image: CardImage; issued: Issued; card: StagedCard }> {
    const reader = new CardInReader(blank);
    const options = day === this.today() ? {} : { issued: day };
    const issued = value(await issuePermit(this.context(counter, reader), person, portraitOf(person, day), options));
    return { image: reader.card.image(), issued, card: { permitNumber: issued.permitNumber, holder: person.name, serial: issued.serial } };
  }

  keep(name: N, image: CardImage, card: StagedCard = {}): void {
    this.#images.set(name, image);
    this.cards[name] = card;
  }

  image(name: N): CardImage {
    return this.#images.get(name)!;
  }

  writeImages(): void {
    const { cards } = dataFolder(this.root);
    mkdirSync(cards, { recursive: true, mode: 0o700 });
    writeFileSync(join(cards, 'key'), Buffer.from(this.#imageKey).toString('hex'), { mode: 0o600 });
    for (const [name, image] of this.#images) saveImage(join(cards, `${name}.card`), image, this.#imageKey);
  }
}
