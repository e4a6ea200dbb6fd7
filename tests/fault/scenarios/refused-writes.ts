import type { RecordKind } from '../protocol.js';
import { atWrites } from '../strace.js';
import type { World } from '../world.js';

const errors = [['ENOSPC', 'no-space'], ['EIO', 'io-error']] as const;
const two: readonly RecordKind[] = ['verification', 'revocation'];

/** The disk refuses a few writes of the terminal in a row: each is said by name, nothing is half done, and it goes on when the disk does. */
export const terminalWritesRefused = async (world: World): Promise<void> => {
  const { random } = world;
  await world.platform();
  await world.stopTerminal();
  const [error, word] = random.pick(errors);
  const kind = `terminal-write-refused-${word}`;
  const n = random.between(4, 150);
  const { failed } = await world.startTerminal({ under: atWrites(`error=${error}`, `${n}..${n + random.between(0, 8)}`) });
  if (failed !== undefined) {
    world.named(kind, failed, ['DISK_FULL']);
  } else {
    for (let round = 0; round < 3; round += 1) {
      for (const reply of [await world.captureKinds(two), await world.captureKinds(two), await world.sync()]) {
        if (reply?.ok === false) world.named(kind, reply.code, ['DISK_FULL']);
      }
    }
    await world.stopTerminal();
  }
  const reply = await world.captureKinds(['verification']);
  if (reply?.ok !== true) world.find(`${kind}: no capture when the disk takes writes again: ${reply?.code ?? 'no answer'}`);
};

/** The same on the platform: the terminal hears of a fault there, keeps its records, and they are applied once when the disk takes them. */
export const platformWritesRefused = async (world: World): Promise<void> => {
  const { random } = world;
  await world.terminal();
  await world.stopPlatform();
  const [error, word] = random.pick(errors);
  const kind = `platform-write-refused-${word}`;
  const n = random.between(9, 60);
  const platform = await world.platform({ under: atWrites(`error=${error}`, `${n}..${n + random.between(0, 12)}`) });
  if (platform === undefined) {
    world.count(kind);
  } else {
    for (let round = 0; round < 4; round += 1) {
      await world.captureKinds(two);
      const reply = await world.sync();
      if (reply?.ok === false) world.named(kind, reply.code, ['PLATFORM_FAULT', 'PLATFORM_BUSY', 'PLATFORM_UNREACHABLE']);
    }
    await platform.stop();
  }
  await world.platform();
  const reply = await world.sync();
  if (reply?.ok !== true || reply.counts?.pending !== 0) world.find(`${kind}: the queue does not drain when the disk takes writes again: ${reply?.code ?? 'no answer'}`);
};
