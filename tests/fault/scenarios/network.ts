import { pullFaults, pushFaults, type NetworkFault } from '../network-faults.js';
import type { World } from '../world.js';

const drawn = (world: World, from: readonly NetworkFault[], n: number, quiet: number): (NetworkFault | 'none')[] =>
  Array.from({ length: n }, () => (world.random.chance(quiet) ? 'none' : world.random.pick(from)));

/** A few records, a sync, again and again, while answers are lost, requests come twice or late, and somebody else answers in the platform's place. */
export const network = async (world: World): Promise<void> => {
  const { proxy, random } = world;
  await world.platform();
  proxy.plan('push', drawn(world, pushFaults, 20, 0.25));
  proxy.plan('pull', drawn(world, pullFaults, 5, 0));
  for (let round = 0; round < 60 && proxy.planned > 0; round += 1) {
    await world.capture(world.some(1, 6));
    await world.sync();
  }
  // What was held back may be left for the next push.
  if (random.chance(0.5)) proxy.clear();
};

/** The network takes everything and gives nothing back. */
export const partition = async (world: World): Promise<void> => {
  await world.platform();
  // An issue may find no numbers (a new epoch gave them up): something must wait for certain.
  await world.captureKinds(['verification', 'revocation', 'verification']);
  // One for what is sent ahead, one for the queue: the first may fail without holding up the second.
  world.proxy.plan('push', ['partition', 'partition']);
  const reply = await world.sync(250);
  world.proxy.clear();
  if (reply?.ok === true) world.find('partition: a sync without an answer succeeded');
  await world.sync();
};
