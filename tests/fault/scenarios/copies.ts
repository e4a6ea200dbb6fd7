import { beginEpoch } from '../../../src/platform/index.js';
import type { World } from '../world.js';

/** Neither kills nor numbers: what is said when one side's data is older than the other side knows it to be. */
const refusedWith = (world: World, kind: string, reply: { ok: boolean; code?: string } | undefined, named: readonly string[]): void =>
  world.named(kind, reply?.ok === true ? undefined : reply?.code, named);

/** The terminal's folder comes back from a copy: a fork, refused by name; an administrator begins an epoch, and the terminal goes on in it. */
export const terminalRestored = async (world: World): Promise<void> => {
  const { terminalFolder } = world;
  await world.settle();
  // These two lie in the copy and reach the platform before it comes back: the new epoch sends them a second time, under other numbers.
  await world.captureKinds(['verification', 'revocation']);
  await world.stopTerminal();
  const copy = world.copyOf(terminalFolder, 'terminal-copy');
  await world.captureKinds(['verification', 'revocation', 'verification']);
  await world.settle();
  await world.stopTerminal();
  world.restore(copy, terminalFolder);
  await world.captureKinds(['verification', 'revocation']);
  const fork = await world.sync();
  refusedWith(world, 'terminal-restored', fork, ['SYNC_FORK']);
  if (fork?.counts?.pending !== 4) world.find(`terminal-restored: ${fork?.counts?.pending ?? 0} of 4 records wait after the refusal`);
  const terminal = (await world.state())?.counts;
  const id = (await world.administer(async (platform) => (await platform.storage.terminals.list())[0]?.id)) ?? '';
  const begun = await world.administer((platform) => beginEpoch(platform, id));
  if (!begun.ok || terminal === undefined) throw new Error('no new epoch');
  const old = await world.sync();
  if (old?.code !== 'SYNC_EPOCH') world.find(`terminal-restored: the old epoch was answered ${old?.code ?? 'nothing'}`);
  const { epoch } = begun.value;
  const moved = await (await world.terminal()).ask({ do: 'begin-epoch', epoch });
  if (moved?.ok !== true) world.find(`terminal-restored: the terminal did not begin epoch ${epoch}`);
  await world.settle();
};

/** The platform's data comes back from a copy, and records that the terminal deleted against a receipt are missing: a gap, said by name, nothing is pushed past it. */
export const platformRestored = async (world: World): Promise<void> => {
  const { platformFolder } = world;
  await world.settle();
  await world.stopPlatform();
  const copy = world.copyOf(platformFolder, 'platform-copy');
  await world.captureKinds(['verification', 'revocation', 'verification']);
  await world.settle();
  await world.stopPlatform();
  const newest = world.copyOf(platformFolder, 'platform-newest');
  world.restore(copy, platformFolder);
  await world.platform();
  await world.captureKinds(['verification']);
  const reply = await world.sync();
  refusedWith(world, 'platform-restored', reply, ['SYNC_GAP']);
  if (reply?.counts?.pending !== 1) world.find(`platform-restored: ${reply?.counts?.pending ?? 0} of 1 record waits after the gap`);
  // The newer copy is found.
  await world.stopPlatform();
  world.restore(newest, platformFolder);
  await world.settle();
};

/** As above, but no receipt had come back: the terminal still holds all of it and sends it again. */
export const platformRestoredUnreceipted = async (world: World): Promise<void> => {
  const { platformFolder, proxy } = world;
  await world.settle();
  await world.stopPlatform();
  const copy = world.copyOf(platformFolder, 'platform-copy');
  await world.platform();
  await world.captureKinds(['verification', 'revocation', 'verification']);
  proxy.plan('push', ['answer-lost', 'answer-lost']);
  await world.sync();
  proxy.clear();
  await world.killPlatform();
  world.restore(copy, platformFolder);
  world.count('platform-restored-unreceipted');
  await world.settle();
};
