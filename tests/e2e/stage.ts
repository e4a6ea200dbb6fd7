import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../src/cli/data-folder.js';
import type { CardImage } from '../../src/emulator/index.js';
import { addDays, addMonths } from '../../src/permit/index.js';
import { addOperator, buildServer, initPlatform, revoke } from '../../src/platform/index.js';
import { syncTerminal, type Terminal } from '../../src/service/index.js';
import { endCard, renewEndorsement, verifyPermit } from '../../src/workflows/index.js';
import { fileOf, resigned, seeds, withFiles, withOwnKey } from '../attack/forgery.js';
import { CardInReader } from '../workflows/fixtures.js';
import type { CardName, StagedCard } from './cards.js';
import { Stagehand, value } from './stagehand.js';

/**
 * Makes the stage on which the end-to-end tests play: a platform, a counter that issued, two police terminals (one heard from the platform today, one five days ago), operators, and a
 * card for every verdict. The cards are issued by the real workflows onto emulated cards in this process; only the checking of them, which is what the tests are about, goes through
 * pcscd. Made once in a run and copied for each test file.
 */
export const police = { id: 'P-101', name: '警员甲', password: 'officer-P-101-pw' } as const;
export const operator = { id: 'W-017', name: '窗口甲', password: 'operator-W-017-pw' } as const;
export const supervisor = { id: 'S-002', name: '主管乙', password: 'supervisor-S-002-pw' } as const;
/** Wrong passwords lock this one, so that nobody else's test is locked out. */
export const clumsy = { id: 'P-102', name: '警员乙', password: 'officer-P-102-pw' } as const;

/** May look after the machine and check no card. */
export const administrator = { id: 'A-001', name: '管理员丙', password: 'administrator-A-001-pw' } as const;

/** `police-stale`: heard from the platform five days ago; `police-closed`: the platform gives it no right to read a holder. */
export const terminalFolders = ['counter', 'police', 'police-stale', 'police-closed'] as const;
export type TerminalFolder = (typeof terminalFolders)[number];
/** `new`: a machine that is not enrolled yet. */
export type OpenFolder = TerminalFolder | 'new';

export interface Stage {
  readonly cards: Readonly<Partial<Record<CardName, StagedCard>>>;
  readonly terminals: Readonly<Record<TerminalFolder, string>>;
}

/** Older than the police may take a list for fresh (3 days), younger than a stay off-line that bars sign-in (7 days). */
const staleAge = 5 * 86_400;
const oldRulesDay = '2015-06-01';

const years = [Number(oldRulesDay.slice(0, 4)), new Date().getUTCFullYear() - 2, new Date().getUTCFullYear() - 1];

/** Issues everything that the platform is told of; two blanks are left. */
async function issueAll(hand: Stagehand<CardName, TerminalFolder>, counter: Terminal): Promise<CardImage[]> {
  const today = hand.today();
  const days: Partial<Record<CardName, string>> = {
    valid: today, neighbour: today, revoked: today, suspended: today, terminated: today,
    due: addDays(addMonths(today, -12), 20), overdue: addMonths(today, -14), 'rolled-back': addDays(addMonths(today, -12), 20), expired: oldRulesDay,
  };
  const names = Object.keys(days) as CardName[];
  const blanks = await hand.blanks(counter, names.length + 2);
  value(await syncTerminal(counter, { years }));
  for (const [i, name] of names.entries()) {
    const { image, card } = await hand.issue(counter, blanks[i]!, days[name]!);
    hand.keep(name, image, card);
  }
  value(await syncTerminal(counter, { years }));
  return blanks.slice(names.length);
}

/** Cards that somebody has been at: a copy without the key, a file signed by nobody who may, an image of yesterday, a chip that was ended. */
async function tamper(hand: Stagehand<CardName, TerminalFolder>, counter: Terminal, officer: Terminal): Promise<void> {
  const valid = hand.image('valid');
  hand.keep('cloned', withOwnKey(valid).image, hand.cards.valid);
  hand.keep('forged', withFiles(valid, { sod: resigned(fileOf(valid, 'sod'), { seed: seeds.forger }) }), hand.cards.valid);
  hand.keep('silent', valid, hand.cards.valid);
  hand.keep('foreign', valid);
  hand.keep('mute', valid);
  const renewed = new CardInReader(hand.image('rolled-back'));
  value(await renewEndorsement(hand.context(counter, renewed), { by: operator.id }));
  // The officer's terminal has seen the card as it is now; the image on the shelf is the one from before.
  const seen = hand.context(officer, renewed);
  value(await verifyPermit({ ...seen, outbox: { enqueue: () => 0 } }));
  const ended = new CardInReader(hand.image('terminated'));
  value(await endCard(hand.context(counter, ended), hand.cards.terminated!.permitNumber!));
  hand.keep('terminated', ended.card.image(), hand.cards.terminated);
}

/** Builds the stage in `root`, which must be empty; a few seconds. */
export async function buildStage(root: string): Promise<void> {
  const start = Math.floor(Date.now() / 1000);
  let behind = staleAge;
  const clock = (): number => Math.floor(Date.now() / 1000) - behind;
  const platform = await initPlatform(dataFolder(root).platform, { environment: 'test', name: 'e2e', clock });
  const server = await buildServer(platform);
  const open: Terminal[] = [];
  try {
    const hand = new Stagehand<CardName, TerminalFolder>(root, platform, await server.listen({ host: '127.0.0.1', port: 0 }), clock);
    const counter = await hand.enrol('counter', 'counter');
    open.push(counter);
    const [spare, blank] = await issueAll(hand, counter);
    const people = [[police, 'officer'], [clumsy, 'officer'], [operator, 'operator'], [supervisor, 'supervisor'], [administrator, 'administrator']] as const;
    for (const [{ id, name, password }, role] of people) value(await addOperator(platform, id, name, role, ['3303'], password));
    const stale = await hand.enrol('police-stale', 'police');
    open.push(stale);
    value(await syncTerminal(stale));
    // From here on it is today.
    behind = 0;
    const officer = await hand.enrol('police', 'police');
    open.push(officer);
    value(await syncTerminal(officer));
    await tamper(hand, counter, officer);
    value(await revoke(platform, hand.cards.revoked!.permitNumber!, 1, 'lost', operator.id, supervisor.id));
    value(await revoke(platform, hand.cards.suspended!.permitNumber!, 2, 'decision', operator.id, supervisor.id));
    value(await syncTerminal(officer));
    const closed = await hand.enrol('police-closed', 'police', { rights: [], departments: [] });
    open.push(closed);
    value(await syncTerminal(closed));
    // Never pushed: the platform has not confirmed it.
    const offline = await hand.issue(counter, spare!, hand.today());
    hand.keep('unconfirmed', offline.image, offline.card);
    hand.keep('blank', blank!);
    hand.writeImages();
    const stage: Stage = { cards: hand.cards, terminals: { counter: counter.identity.terminalId, police: officer.identity.terminalId, 'police-stale': stale.identity.terminalId, 'police-closed': closed.identity.terminalId } };
    writeFileSync(join(root, 'stage.json'), JSON.stringify({ ...stage, madeAt: start }));
  } finally {
    for (const terminal of open) await terminal.close();
    await server.close();
    await platform.close();
  }
}
