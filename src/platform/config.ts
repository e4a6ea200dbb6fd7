import { defaultRules, notice, operatorEntry, terminalRules, type ConfigName, type Notice, type OperatorEntry, type TerminalRules } from '../contract/index.js';
import { encodeCbor, sealTo } from '../cose/index.js';
import { z } from 'zod';
import type { Boxes } from './boxes.js';
import { jsonBytes, jsonOf } from './json-bytes.js';
import type { PlatformKeys } from './keys/index.js';
import { signConfig } from './signed-objects.js';
import type { NumberIndexEntry, Storage, StoredOperator, Terminal } from './storage/ports.js';

/** What a terminal is told by name (sync.md 5.1), as the platform signs it, with the tag under which HTTP may cache it. */
export interface SignedConfig {
  readonly token: Uint8Array;
  readonly etag: string;
}

export const storedRules = (contents: Uint8Array | undefined): TerminalRules => (contents === undefined ? defaultRules : terminalRules.parse(jsonOf(contents)));
export const storedNotices = (contents: Uint8Array | undefined): Notice[] => (contents === undefined ? [] : z.array(notice).parse(jsonOf(contents)));

/** The rules that the city set, or the defaults. */
export const currentRules = async (storage: Storage): Promise<TerminalRules> => storedRules((await storage.config.newest('rules')).contents);

const operatorKey = (id: string): Uint8Array => new TextEncoder().encode(id);
const secretPart = operatorEntry.pick({ name: true, verifier: true });

export const sealOperator = (id: string, secret: z.infer<typeof secretPart>, boxes: Boxes): Uint8Array => boxes.seal('operators', operatorKey(id), jsonBytes(secret));
export const openOperator = ({ id, role, disabled, box }: StoredOperator, boxes: Boxes): OperatorEntry =>
  operatorEntry.parse({ id, role, disabled, ...secretPart.parse(jsonOf(boxes.open('operators', operatorKey(id), box))) });

/** Whether one of the areas lies in the other: an operator of a district signs in at its terminals, one of the city at all. */
const meets = (operator: readonly string[], terminal: readonly string[]): boolean => operator.some((own) => terminal.some((other) => own.startsWith(other) || other.startsWith(own)));

/** Whether this is an operator or supervisor who may sign in at this terminal: nobody else asks for persons there. */
export const mayAskForPersons = async (storage: Storage, terminal: Terminal, id: string): Promise<boolean> => {
  const operator = (await storage.operators.list()).find((each) => each.id === id);
  return operator !== undefined && !operator.disabled && (operator.role === 'operator' || operator.role === 'supervisor') && meets(operator.prefixes, terminal.prefixes);
};

const sealedOperators = async (storage: Storage, boxes: Boxes, terminal: Terminal): Promise<Uint8Array> => {
  const entries = (await storage.operators.list()).filter(({ prefixes }) => meets(prefixes, terminal.prefixes)).map((stored) => openOperator(stored, boxes));
  return sealTo(terminal.x25519).seal(encodeCbor(entries));
};

const entryLength = 13;

/** permit number 8 ‖ status index 4 ‖ newest 1, of entries that are sorted already. */
export const packNumberIndex = (entries: readonly NumberIndexEntry[]): Uint8Array => {
  const packed = Buffer.alloc(entries.length * entryLength);
  entries.forEach(({ permitNumber, statusIndex, newest }, i) => {
    packed.writeBigUInt64BE(BigInt(permitNumber), i * entryLength);
    packed.writeUInt32BE(statusIndex, i * entryLength + 8);
    packed.writeUInt8(newest ? 1 : 0, i * entryLength + 12);
  });
  return new Uint8Array(packed);
};

/** Signs the named settings for one terminal. */
export const signedConfig = async (name: ConfigName, terminal: Terminal, { keys, storage, boxes }: { keys: PlatformKeys; storage: Storage; boxes: Boxes }): Promise<SignedConfig> => {
  // The version is read first: contents that are newer than it are told again under the next one, never the other way round.
  const { version, contents, issuedAt = keys.validFrom } = await storage.config.newest(name);
  const sign = (about: unknown, as = version): SignedConfig => ({ token: signConfig(keys, name, as, issuedAt, about), etag: `"${name}-${as}-${terminal.id}"` });
  switch (name) {
    case 'rules':
      return sign(storedRules(contents));
    case 'notices':
      return sign(storedNotices(contents));
    case 'catalogue':
      return sign([]);
    case 'operators':
      return sign(await sealedOperators(storage, boxes, terminal));
    case 'number-index': {
      const list = await storage.permits.statusVersion();
      return sign(packNumberIndex(await storage.lookups.numberIndex(terminal.prefixes)), list + 1);
    }
  }
};
