import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where one installation keeps what it knows. Each part is a folder of its own, so that a hall's machine may hold only `terminal`. */
export interface DataFolder {
  readonly root: string;
  readonly platform: string;
  /** the counter's terminal, where there are several */
  readonly terminal: string;
  /** the police desk's terminal of `npm start` */
  readonly police: string;
  /** a counter of `npm start` that was off-line ever since it issued its one card */
  readonly away: string;
  readonly cards: string;
  readonly reader: string;
}

export const dataFolder = (root: string): DataFolder => ({
  root,
  platform: join(root, 'platform'),
  terminal: join(root, 'terminal'),
  police: join(root, 'police'),
  away: join(root, 'away'),
  cards: join(root, 'cards'),
  reader: root,
});

/** `--data`, else RESIDENCE_CARD_DATA, else `.data` beside the program. */
export const dataRoot = (option: string | undefined): string => resolve(option ?? process.env['RESIDENCE_CARD_DATA'] ?? '.data');

const markerOf = (root: string): string => join(root, 'demo.json');

/** A folder that the demo made: it may be made anew, and its clock may be moved. */
export const isDemoFolder = (root: string): boolean => existsSync(markerOf(root));

/** Someone of the demo's counter. */
export interface DemoPerson {
  readonly id: string;
  readonly password: string;
}

export const markDemoFolder = (root: string): void => {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const password = (): string => randomBytes(12).toString('base64url');
  const people = { operator: { id: 'W-017', password: password() }, supervisor: { id: 'S-002', password: password() } };
  writeFileSync(markerOf(root), `${JSON.stringify({ demo: true, ...people })}\n`, { mode: 0o600 });
};

/** Who works in a demo folder, with passwords that were drawn for it: its command line signs the operator in by itself. */
export const demoPeople = (root: string): { readonly operator: DemoPerson; readonly supervisor: DemoPerson } =>
  JSON.parse(readFileSync(markerOf(root), 'utf8')) as { operator: DemoPerson; supervisor: DemoPerson };

/** Written last by the first `npm start`: a folder that holds it is whole. */
export const startMarkerOf = (root: string): string => join(root, 'start.json');

/** Folders of demo and `npm start` keep their key store beside their data, so that deleting them leaves nothing behind; everything else uses the machine's. */
export const keyStoreOf = (root: string): { readonly keyStoreDirectory?: string } => (isDemoFolder(root) || existsSync(startMarkerOf(root)) ? { keyStoreDirectory: join(root, 'key-store') } : {});

/** Root of the demo folder whose time was given on the command line, and how far it is from this machine's. */
let given: { readonly root: string; readonly offsetSeconds: number } | undefined;

/** Another time for this command (`--now`). False: no time, or no demo folder. */
export const setNow = (root: string, iso: string): boolean => {
  const at = Date.parse(iso);
  if (Number.isNaN(at) || !isDemoFolder(root)) return false;
  given = { root, offsetSeconds: Math.round((at - Date.now()) / 1000) };
  return true;
};

/** Seconds since 1970 UTC by the machine's clock, or by the time that was given for a demo folder. */
export const clockOf = (root: string): (() => number) => {
  const offset = given?.root === root ? given.offsetSeconds : 0;
  return () => Math.floor(Date.now() / 1000) + offset;
};
