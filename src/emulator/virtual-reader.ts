import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askCard, type CardProcessOrder, type CardStats } from './card-control.js';
import type { CardFaults } from './faults.js';
import { checkPackages, type Keeper, spawnInside, startKeeper, vpcdConfiguration } from './namespaces.js';
import { VirtualReaderError } from './reader-error.js';
import { end, identify, isAlive, type ProcessIdentity, waitForEnd } from './reader-processes.js';

const FIRST_PORT = 0x8c7b;
/** vpcd is compiled for two. */
const SLOTS = 2;
const START_TIMEOUT = 10_000;
/** pcscd looks into an empty slot every 400 ms. */
const INSERT_TIMEOUT = 5_000;
const IMPATIENT = 2_000;
const POLL = 500;
// Child processes run from dist/, also when this module is run from its source by the tests
const CARD_PROCESS = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/src/emulator/card-process.js' : './card-process.js', import.meta.url));

interface CardInSlot {
  readonly slot: number;
  readonly imagePath: string;
  readonly process: ProcessIdentity;
  readonly controlPath: string;
}

interface ReaderState {
  readonly folder: string;
  readonly keeper: Keeper;
  readonly pcscd: ProcessIdentity;
  readonly cards: readonly CardInSlot[];
}

export interface VirtualReaderStatus {
  /** Value for PCSCLITE_CSOCK_NAME of any client of libpcsclite. */
  readonly socket: string;
  readonly pcscdRunning: boolean;
  readonly slots: readonly { readonly slot: number; readonly readerName: string; readonly imagePath?: string }[];
}

/** As pcscd names vpcd's slots. */
export const readerName = (slot: number): string => `Virtual PCD 00 0${slot}`;

const statePath = (dir: string): string => join(dir, 'reader.json');
const socketOf = (state: ReaderState): string => join(state.folder, 'p', 'pcscd.comm');

function findState(dir: string): ReaderState | undefined {
  if (!existsSync(statePath(dir))) return undefined;
  const state = JSON.parse(readFileSync(statePath(dir), 'utf8')) as ReaderState;
  return isAlive(state.keeper.process) ? state : undefined;
}

function getState(dir: string): ReaderState {
  const state = findState(dir);
  if (state === undefined) throw new VirtualReaderError('NOT_RUNNING', 'the virtual reader is not running');
  return state;
}

function putState(dir: string, state: ReaderState): void {
  writeFileSync(`${statePath(dir)}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${statePath(dir)}.new`, statePath(dir));
}

const answersAt = (socket: string): Promise<boolean> =>
  new Promise((done) => {
    const client = connect(socket);
    client.once('connect', () => {
      client.destroy();
      done(true);
    });
    client.once('error', () => done(false));
  });

async function startPcscd(keeper: Keeper, folder: string): Promise<ProcessIdentity> {
  const socket = join(folder, 'p', 'pcscd.comm');
  // What a killed pcscd left would make the next one believe that another is running
  rmSync(socket, { force: true });
  rmSync(join(folder, 'p', 'pcscd.pid'), { force: true });
  const log = openSync(join(folder, 'pcscd.log'), 'w', 0o600);
  const child = spawnInside(keeper, 'mounts-and-network', ['pcscd', '-f', '-C', '-c', join(folder, 'conf')], ['ignore', log, log]);
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  for (const deadline = Date.now() + START_TIMEOUT; Date.now() < deadline; await sleep(10)) {
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined || !isAlive(identity)) break;
    if (existsSync(socket) && (await answersAt(socket))) return identity;
  }
  throw new VirtualReaderError('PCSCD_FAILED', `pcscd did not start: ${readFileSync(join(folder, 'pcscd.log'), 'utf8').trim().slice(-400)}`);
}

/**
 * Starts a private pcscd with two virtual readers in namespaces of its own; nothing of the machine's own pcscd or readers is touched. It survives
 * the caller; its state is `dir`/reader.json. The socket lies at a short path of /tmp (a Unix address holds 108 bytes) that only this user can enter.
 */
export async function startVirtualReader(dir: string): Promise<VirtualReaderStatus> {
  checkPackages();
  mkdirSync(dir, { recursive: true });
  if (findState(dir) !== undefined) throw new VirtualReaderError('ALREADY_RUNNING', 'the virtual reader is already running');
  const folder = mkdtempSync('/tmp/wzr-');
  try {
    mkdirSync(join(folder, 'p'));
    mkdirSync(join(folder, 'conf'));
    writeFileSync(join(folder, 'conf', 'vpcd'), vpcdConfiguration);
    chmodSync(folder, 0o700);
    const keeper = await startKeeper(join(folder, 'p'), join(folder, 'keeper.log'));
    try {
      putState(dir, { folder, keeper, pcscd: await startPcscd(keeper, folder), cards: [] });
    } catch (error) {
      await end(keeper.process);
      throw error;
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return virtualReaderStatus(dir);
}

/** Takes every card out and ends every process. Does nothing when there is no reader. */
export async function stopVirtualReader(dir: string): Promise<void> {
  if (!existsSync(statePath(dir))) return;
  const state = JSON.parse(readFileSync(statePath(dir), 'utf8')) as ReaderState;
  for (const card of state.cards) await takeOut(card);
  await end(state.pcscd);
  await end(state.keeper.process);
  rmSync(state.folder, { recursive: true, force: true });
  rmSync(statePath(dir), { force: true });
}

/** Throws NOT_RUNNING. */
export function virtualReaderStatus(dir: string): VirtualReaderStatus {
  const state = getState(dir);
  const slots = Array.from({ length: SLOTS }, (_, slot) => {
    const card = state.cards.find((candidate) => candidate.slot === slot && isAlive(candidate.process));
    return { slot, readerName: readerName(slot), ...(card === undefined ? {} : { imagePath: card.imagePath }) };
  });
  return { socket: socketOf(state), pcscdRunning: isAlive(state.pcscd), slots };
}

/** Kills pcscd as a crash would (for tests). Cards in their slots notice and end: after a restart they must be inserted again. */
export async function killPcscd(dir: string): Promise<void> {
  const state = getState(dir);
  await end(state.pcscd, 'SIGKILL');
  for (const card of state.cards) await waitForEnd(card.process, 2000);
}

export async function restartPcscd(dir: string): Promise<void> {
  const state = getState(dir);
  await end(state.pcscd);
  for (const card of state.cards) await waitForEnd(card.process, 2000);
  putState(dir, { ...state, pcscd: await startPcscd(state.keeper, state.folder), cards: [] });
}

/**
 * Puts the card of `imagePath` into a slot (0 or 1) and resolves when pcscd has seen it. The card's process outlives the caller and keeps the
 * image up to date; it ends when the card is removed, torn by a fault, or pcscd dies. `key` is the image's, 32 bytes.
 */
export async function insertCard(dir: string, slot: number, imagePath: string, key: Uint8Array, faults?: CardFaults): Promise<void> {
  const state = getState(dir);
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) throw new VirtualReaderError('SLOT_UNKNOWN', `slots are 0 to ${SLOTS - 1}`);
  if (state.cards.some((card) => card.slot === slot && isAlive(card.process))) throw new VirtualReaderError('SLOT_TAKEN', `there is a card in slot ${slot}`);
  const order: CardProcessOrder = {
    port: FIRST_PORT + slot,
    imagePath: resolve(imagePath),
    key: Buffer.from(key).toString('hex'),
    controlPath: join(state.folder, `card${slot}.sock`),
    ...(faults === undefined ? {} : { faults }),
  };
  const logPath = join(state.folder, `card${slot}.log`);
  // pcscd looks into a slot every 400 ms. A card that died in mid-command and was followed by another one between two looks is gone for the clients and still
  // there for pcscd, which then never notices the new one: as a person would, take it out and put it in again.
  const identity = (await seatCard(state.keeper, order, logPath, IMPATIENT)) ?? (await sleep(POLL).then(() => seatCard(state.keeper, order, logPath, INSERT_TIMEOUT)));
  if (identity === undefined) {
    throw new VirtualReaderError('CARD_PROCESS_FAILED', `the card in slot ${slot} was not seen: ${readFileSync(logPath, 'utf8').trim().slice(-600)}`);
  }
  // Read again: another slot may have been filled meanwhile
  const cards = getState(dir).cards.filter((card) => card.slot !== slot && isAlive(card.process));
  putState(dir, { ...state, cards: [...cards, { slot, imagePath: order.imagePath, process: identity, controlPath: order.controlPath }] });
}

/** One card process in a slot; undefined, and the process gone, when pcscd did not ask for its ATR in time. */
async function seatCard(keeper: Keeper, order: CardProcessOrder, logPath: string, timeout: number): Promise<ProcessIdentity | undefined> {
  const log = openSync(logPath, 'w', 0o600);
  const child = spawnInside(keeper, 'network', [process.execPath, CARD_PROCESS], ['pipe', 'pipe', log]);
  closeSync(log);
  // A process that died before it read its order says so by its end
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(JSON.stringify(order));
  const late = new AbortController();
  const seen = await Promise.race([
    child.stdout === null ? Promise.resolve(false) : once(child.stdout, 'data', { signal: late.signal }).then(() => true, () => false),
    once(child, 'exit', { signal: late.signal }).then(() => false, () => false),
    sleep(timeout, false, { signal: late.signal }).catch(() => false),
  ]);
  late.abort();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  child.stdout?.destroy();
  child.unref();
  if (seen) return identity;
  if (identity !== undefined) await end(identity);
  return undefined;
}

/** Resolves when the card's image is on disk and the slot is empty. Throws SLOT_EMPTY. */
export async function removeCard(dir: string, slot: number): Promise<void> {
  await takeOut(cardIn(dir, slot));
  const state = getState(dir);
  putState(dir, { ...state, cards: state.cards.filter((card) => card.slot !== slot) });
}

/** Sets faults on a card that lies in a slot; their counting begins now. */
export const setCardFaults = (dir: string, slot: number, faults: CardFaults): Promise<CardStats> =>
  askCard(cardIn(dir, slot).controlPath, { do: 'setFaults', faults });

export const cardStats = (dir: string, slot: number): Promise<CardStats> => askCard(cardIn(dir, slot).controlPath, { do: 'stats' });

/** Resolves true when the card in the slot has left it by itself (torn, or pcscd died) within the time. */
export async function waitForCardEnd(dir: string, slot: number, milliseconds: number): Promise<boolean> {
  const card = getState(dir).cards.find((candidate) => candidate.slot === slot);
  return card === undefined || waitForEnd(card.process, milliseconds);
}

function cardIn(dir: string, slot: number): CardInSlot {
  const state = getState(dir);
  const card = state.cards.find((candidate) => candidate.slot === slot && isAlive(candidate.process));
  if (card === undefined) throw new VirtualReaderError('SLOT_EMPTY', `there is no card in slot ${slot}`);
  return card;
}

async function takeOut(card: CardInSlot): Promise<void> {
  if (!isAlive(card.process)) return;
  // A card that went in this moment is out as well
  await askCard(card.controlPath, { do: 'eject' }).catch(() => undefined);
  if (!(await waitForEnd(card.process, 2000))) await end(card.process);
}
