import { failed, type Outcome } from '../contract/index.js';
import { enrolTerminal, syncTerminal } from '../service/index.js';
import { clockOf, keyStoreOf, type DataFolder } from './data-folder.js';
import { withTerminal } from './terminal-commands.js';

export const enrol = (folder: DataFolder, url: string, code: string, name: string): Promise<Outcome<object>> => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return Promise.resolve(failed('INPUT_INVALID', '--url'));
  return enrolTerminal(folder.terminal, url, code, name, { clock: clockOf(folder.root), ...keyStoreOf(folder.root) });
};

/** A pull that failed makes the command fail under its code, although everything else was done. */
export const syncNow = (folder: DataFolder): Promise<Outcome<object>> =>
  withTerminal(folder, async (terminal) => {
    const synced = await syncTerminal(terminal);
    const [first] = synced.ok ? synced.value.pulled.failed : [];
    return first === undefined ? synced : failed(first.code, first.detail ?? first.item);
  });
