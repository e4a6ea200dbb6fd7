import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError, type TrayCard } from '../../contract/index.js';
import type { DataFolder } from '../data-folder.js';
import type { CardOnShelf } from '../cards.js';

/** What a card of the shelf shows, in the order of the tray. */
export const labels = {
  adult: { zh: '有效：成人', en: 'Valid: an adult' },
  child: { zh: '有效：随迁儿童', en: 'Valid: a child' },
  due: { zh: '有效：签注快到期', en: 'Valid: endorsement soon due' },
  overdue: { zh: '逾期未签注', en: 'Endorsement overdue' },
  suspended: { zh: '决定中止使用', en: 'Suspended by decision' },
  lost: { zh: '已挂失', en: 'Reported lost' },
  expired: { zh: '2009 年规定的旧证，已到期', en: 'Under the rules of 2009, expired' },
  clone: { zh: '复制卡：没有私钥', en: 'A copy without the private key' },
  forged: { zh: '签名被改的卡', en: 'A card with an altered signature' },
  'rolled-back': { zh: '卡内数据被换回旧的', en: 'A card set back to older data' },
  unconfirmed: { zh: '离线签发，平台尚未确认', en: 'Issued off-line, not confirmed yet' },
  blank: { zh: '空白卡', en: 'A blank card' },
} as const;
export type Label = keyof typeof labels;
const order = Object.keys(labels) as Label[];
const issuedHere = { zh: '刚签发的卡', en: 'A card issued just now' };
const unlabelled = { zh: '其他卡', en: 'Another card' };

/** `day`: what the label is about, so that it stays true: the last day of the endorsement. */
const entry = z.strictObject({ label: z.enum(order as [Label, ...Label[]]), day: z.string().optional() });
export type Labelled = z.infer<typeof entry>;
const shape = z.record(z.string(), entry);
const pathOf = (folder: DataFolder): string => join(folder.cards, 'labels.json');

/** Name of a card on the shelf → what it shows. A file beside the images: names are serials, and nothing in it is about a person. Throws CodedError STORAGE_CORRUPT. */
export const readLabels = (folder: DataFolder): ReadonlyMap<string, Labelled> => {
  if (!existsSync(pathOf(folder))) return new Map();
  try {
    return new Map(Object.entries(shape.parse(JSON.parse(readFileSync(pathOf(folder), 'utf8')))));
  } catch (cause) {
    throw new CodedError('STORAGE_CORRUPT', 'labels.json', { cause });
  }
};

export const writeLabels = (folder: DataFolder, given: ReadonlyMap<string, Labelled>): void => {
  writeFileSync(`${pathOf(folder)}.new`, `${JSON.stringify(Object.fromEntries(given), null, 2)}\n`, { mode: 0o600 });
  renameSync(`${pathOf(folder)}.new`, pathOf(folder));
};

const kindOf = ({ name, lifeCycle }: CardOnShelf, label: Label | undefined): TrayCard['kind'] => {
  if (lifeCycle === 'unreadable' || lifeCycle === 'blank') return lifeCycle;
  return label === 'clone' || name.endsWith('-clone') ? 'clone' : 'permit';
};

const textOf = (kind: TrayCard['kind'], labelled: Labelled | undefined): TrayCard['label'] => {
  if (labelled === undefined) return { ...(kind === 'blank' || kind === 'clone' ? labels[kind] : unlabelled) };
  if (labelled.label === 'blank' && kind !== 'blank') return { ...issuedHere };
  const { zh, en } = labels[labelled.label];
  return labelled.day === undefined ? { zh, en } : { zh: `${zh} ${labelled.day}`, en: `${en}, ${labelled.day}` };
};

/** The shelf as the tray shows it. A blank that was issued since says so; a card that was made by hand says that it is another one. */
export const trayOf = (cards: readonly CardOnShelf[], given: ReadonlyMap<string, Labelled>): TrayCard[] => {
  const place = (name: string): number => {
    const label = given.get(name)?.label;
    return label === undefined ? order.length : order.indexOf(label);
  };
  return [...cards]
    .sort((a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : 1))
    .map((card) => {
      const kind = kindOf(card, given.get(card.name)?.label);
      return { name: card.name, kind, label: textOf(kind, given.get(card.name)), inserted: card.inserted };
    });
};
