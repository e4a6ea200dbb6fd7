import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../world.js';

const library = (): string => {
  const listed = execFileSync('dpkg', ['-L', 'libfaketime'], { encoding: 'utf8' });
  const found = /^.*\/libfaketime\.so\.1$/m.exec(listed)?.[0];
  if (found === undefined) throw new Error('libfaketime has no library');
  return found;
};

const [day, year] = [86_400, 365 * 86_400];

/** The terminal's clock jumps, forward and back, while it runs: every record arrives, and a clock that is far off is not trusted. */
export const clock = async (world: World): Promise<void> => {
  const { random } = world;
  await world.platform();
  await world.stopTerminal();
  const file = join(world.root, 'faketime');
  const setTo = (seconds: number): void => writeFileSync(file, `${seconds >= 0 ? '+' : ''}${seconds}\n`);
  setTo(0);
  const env = { LD_PRELOAD: library(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };
  const { failed } = await world.startTerminal({ env });
  if (failed !== undefined) throw new Error(`the terminal did not start under libfaketime: ${failed}`);
  let before = 0;
  for (const skew of [year, -year, random.between(-3, 3) * year, -random.between(1, 48) * 3_600, random.between(1, 30) * day, 0]) {
    setTo(skew);
    world.count(skew < before ? 'clock-set-back' : 'clock-set-forward');
    before = skew;
    await world.capture(world.records(['verification', 'revocation', 'verification']));
    const reply = await world.sync();
    if (reply?.ok !== true) world.find(`clock: a sync with a clock ${skew} s off failed: ${reply?.code ?? 'no answer'}`);
    if (reply?.clockTrusted !== (skew === 0)) world.find(`clock: ${skew} s off, and ${reply?.clockTrusted === true ? 'trusted' : 'not trusted'}`);
  }
  await world.stopTerminal();
  await world.terminal();
};
