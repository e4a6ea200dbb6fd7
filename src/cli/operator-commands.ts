import { done, failed, operatorRoles, type Outcome } from '../contract/index.js';
import { addOperator, beginEpoch, disableOperator, listOperators, resetOperatorPassword, stockOverview } from '../platform/index.js';
import type { DataFolder } from './data-folder.js';
import { withPlatform } from './platform-commands.js';
import { passwordOf } from './sign-in.js';

/** Operators are the platform's; terminals learn of them at their next sync. */
export const operatorList = (folder: DataFolder): Promise<Outcome<object>> => withPlatform(folder, async (platform) => done({ operators: await listOperators(platform) }));

export const operatorAdd = (folder: DataFolder, id: string, added: { name: string; role: string; division: string; passwordFile?: string | undefined }): Promise<Outcome<object>> => {
  const role = operatorRoles.find((each) => each === added.role);
  if (role === undefined) return Promise.resolve(failed('INPUT_INVALID', '--role'));
  return withPlatform(folder, (platform) => addOperator(platform, id, added.name, role, added.division.split(','), passwordOf(added.passwordFile)));
};

export const operatorDisable = (folder: DataFolder, id: string, enable: boolean): Promise<Outcome<object>> => withPlatform(folder, (platform) => disableOperator(platform, id, !enable));

export const operatorPassword = (folder: DataFolder, id: string, passwordFile: string | undefined): Promise<Outcome<object>> =>
  withPlatform(folder, (platform) => resetOperatorPassword(platform, id, passwordOf(passwordFile)));

/** Every blank that was ever entered, and where it is. */
export const platformStock = (folder: DataFolder): Promise<Outcome<object>> => withPlatform(folder, async (platform) => done(await stockOverview(platform)));

export const platformEpoch = (folder: DataFolder, terminal: string): Promise<Outcome<object>> => withPlatform(folder, (platform) => beginEpoch(platform, terminal));
