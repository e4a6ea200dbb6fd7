import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../src/cli/data-folder.js';
import { inventAdult } from '../../src/cli/invented/index.js';
import type { Application } from '../../src/contract/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { addDays, addMonths, dateInChina } from '../../src/permit/index.js';
import { addNotice, addOperator, buildServer, initPlatform, revoke, type Platform } from '../../src/platform/index.js';
import { CounterDesk, syncTerminal, type Terminal } from '../../src/service/index.js';
import { changeHolderPin, setHolderPin } from '../../src/workflows/index.js';
import { CardInReader } from '../workflows/fixtures.js';
import type { StagedCard } from './cards.js';
import { operator, police, supervisor, clumsy } from './stage.js';
import { Stagehand, value } from './stagehand.js';

/**
 * The stage of the counter: a hall's counter as it stands in the morning, with nothing done yet, a box of blanks whose keys it has pulled, and the permits that people bring. Those were
 * issued the day before by another counter (`hall`) of the same city by the real workflows, carried over with days of issue that make an endorsement due, overdue or far off.
 */
export const counterFolders = ['counter', 'hall'] as const;
export type CounterFolder = (typeof counterFolders)[number];

/** `due`: endorsed within the month; `overdue`: too late; `active`: nothing due; `locked`: its PIN is blocked; `expired`: of the rules of 2009; `ended`: its holder left the city. A number stands behind the name. */
export const kinds = { due: 10, overdue: 3, active: 14, locked: 3, suspended: 2, lost: 2, expired: 2, ended: 1 } as const;
export type PermitKindName = keyof typeof kinds;
export const blanksAtCounter = 44;

export interface CounterStage {
  readonly cards: Readonly<Record<string, StagedCard>>;
  readonly terminals: Readonly<Record<CounterFolder, string>>;
}

export const blankName = (at: number): string => `blank-${String(at).padStart(2, '0')}`;

export const noticeText = { id: 'collection', version: 3, zh: '为办理居住登记和居住证，本窗口依法收集您的身份、住址和就业信息，只用于居住证的签发和管理。', en: 'To register your residence and issue your permit, this counter collects your identity, address and work details as the law says, and uses them for the permit alone.' } as const;

const dayOf = (kind: PermitKindName, today: string, at: number): string => {
  switch (kind) {
    case 'due':
      return addDays(addMonths(today, -12), 5 + at);
    case 'overdue':
      return addMonths(today, -14 - at);
    case 'expired':
      return '2015-06-01';
    default:
      return addMonths(today, -2 - at % 6);
  }
};

/** Six digits as a keypad gives them: the workflow wipes them. */
const digits = (text: string): Uint8Array => Uint8Array.from(text, (digit) => digit.charCodeAt(0));
/** What every invented holder chooses. */
export const holderPin = '274913';

/** A holder's PIN, tried wrong until the chip blocks it. */
async function blockPin(hand: Stagehand<string, CounterFolder>, hall: Terminal, image: CardImage): Promise<CardImage> {
  const reader = new CardInReader(image);
  value(await setHolderPin(hand.context(hall, reader), digits(holderPin), { by: operator.id }));
  for (let tries = 0; tries < 10; tries += 1) {
    const tried = await changeHolderPin(hand.context(hall, reader), digits('903712'), digits('481956'), { by: operator.id });
    if (!tried.ok && tried.code === 'PIN_BLOCKED') return reader.card.image();
  }
  throw new Error('the chip never blocked its PIN');
}

interface Permit {
  readonly name: string;
  readonly kind: PermitKindName;
  readonly day: string;
  readonly person: Application;
}

const permitsOn = (today: string): Permit[] =>
  (Object.keys(kinds) as PermitKindName[]).flatMap((kind, k) =>
    Array.from({ length: kinds[kind] }, (_, at) => {
      const day = dayOf(kind, today, at);
      return { name: `${kind}-${at + 1}`, kind, day, person: inventAdult({ seed: 4_000 + 100 * k + at, onDate: day, kind: 'residence' }) };
    }),
  );

async function issueAll(hand: Stagehand<string, CounterFolder>, hall: Terminal, permits: readonly Permit[]): Promise<void> {
  const blanks = await hand.blanks(hall, permits.length);
  value(await syncTerminal(hall, { years: [...new Set(permits.map(({ day }) => Number(day.slice(0, 4))))] }));
  const desk = new CounterDesk(hall);
  for (const [i, { name, kind, day, person }] of permits.entries()) {
    const { image, issued, card } = await hand.issueTo(hall, blanks[i]!, person, day);
    value(await desk.handOver({ permitNumber: issued.permitNumber, serial: issued.serial, receivedBy: 'holder', oldCard: 'none' }, operator.id));
    hand.keep(name, kind === 'locked' ? await blockPin(hand, hall, image) : image, { ...card, person, issued: day });
  }
  value(await syncTerminal(hall));
}

async function revokeSome(platform: Platform, hand: Stagehand<string, CounterFolder>): Promise<void> {
  for (const [name, { permitNumber }] of Object.entries(hand.cards) as [string, StagedCard][]) {
    if (name.startsWith('lost-')) value(await revoke(platform, permitNumber!, 1, 'lost', operator.id, supervisor.id));
    if (name.startsWith('ended-')) value(await revoke(platform, permitNumber!, 1, 'left', operator.id, supervisor.id));
    if (name.startsWith('suspended-')) value(await revoke(platform, permitNumber!, 2, 'decision', operator.id, supervisor.id));
  }
}

/** Builds the stage in `root`, which must be empty; some seconds. */
export async function buildCounterStage(root: string): Promise<void> {
  let behind = 86_400;
  const clock = (): number => Math.floor(Date.now() / 1000) - behind;
  const platform = await initPlatform(dataFolder(root).platform, { environment: 'test', name: 'e2e counter', clock });
  const server = await buildServer(platform);
  const open: Terminal[] = [];
  try {
    const hand = new Stagehand<string, CounterFolder>(root, platform, await server.listen({ host: '127.0.0.1', port: 0 }), clock);
    const hall = await hand.enrol('hall', 'counter');
    open.push(hall);
    await issueAll(hand, hall, permitsOn(dateInChina(Math.floor(Date.now() / 1000))));
    for (const [{ id, name, password }, role] of [[operator, 'operator'], [supervisor, 'supervisor'], [police, 'officer'], [clumsy, 'operator']] as const) value(await addOperator(platform, id, name, role, ['3303'], password));
    // From here on it is today.
    behind = 0;
    value(await addNotice(platform, { ...noticeText, from: addDays(hand.today(), -30) }));
    await revokeSome(platform, hand);
    const counter = await hand.enrol('counter', 'counter');
    open.push(counter);
    const blanks = await hand.blanks(counter, blanksAtCounter);
    for (const [i, image] of blanks.entries()) hand.keep(blankName(i + 1), image);
    value(await syncTerminal(counter));
    hand.writeImages();
    const stage = { cards: hand.cards, terminals: { hall: hall.identity.terminalId, counter: counter.identity.terminalId } };
    writeFileSync(join(root, 'stage.json'), JSON.stringify(stage));
  } finally {
    for (const terminal of open) await terminal.close();
    await server.close();
    await platform.close();
  }
}
