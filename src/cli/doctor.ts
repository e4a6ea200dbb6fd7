import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** One line of the diagnosis. `next` is what a person does about it. No personal data, no keys. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly fact: string;
  readonly next?: string;
}

const day = 86_400;

export const findNode = (version = process.versions.node): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return enough ? { check: 'node', state: 'ok', fact: version } : { check: 'node', state: 'fail', fact: version, next: 'install Node 20.19 or later' };
};

/** Debian packages the terminal needs at run time. */
const packages = ['pcscd', 'libpcsclite1', 'vsmartcard-vpcd'];

export const findPackages = (): Finding => {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...packages], { encoding: 'utf8' });
  if (query.error !== undefined) return { check: 'packages', state: 'warn', fact: 'no dpkg here, not checked' };
  const missing = packages.filter((name) => !query.stdout.includes(`${name} installed`));
  if (missing.length === 0) return { check: 'packages', state: 'ok', fact: packages.join(', ') };
  return { check: 'packages', state: 'fail', fact: `missing: ${missing.join(', ')}`, next: `sudo apt-get install --no-install-recommends ${missing.join(' ')}` };
};

export const findCardService = (socket: string): Finding =>
  existsSync(socket)
    ? { check: 'card service', state: 'ok', fact: socket }
    : { check: 'card service', state: 'fail', fact: `no socket at ${socket}`, next: 'start pcscd, or put a virtual card down with: card insert' };

export const findDisk = (folder: string): Finding => {
  let place = folder;
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const fact = `${Math.floor(free / 1_048_576)} MiB free`;
  if (free > 512 * 1_048_576) return { check: 'disk', state: 'ok', fact };
  return { check: 'disk', state: free > 64 * 1_048_576 ? 'warn' : 'fail', fact, next: 'free some space: nothing can be captured on a full disk' };
};

/** The machine's clock against the last time that the platform signed. Skews in seconds. */
export const findClock = (now: number, lastServerTime: number | undefined, wrong: boolean): Finding => {
  const fact = new Date(now * 1000).toISOString();
  if (wrong) return { check: 'clock', state: 'fail', fact, next: 'set the clock, then sync' };
  if (lastServerTime !== undefined && now < lastServerTime) return { check: 'clock', state: 'fail', fact: `${fact}, before the platform's last time`, next: 'set the clock, then sync' };
  return { check: 'clock', state: 'ok', fact };
};

/** Days left of something that runs out; warned about a week before. */
export const findDaysLeft = (check: string, now: number, until: number | undefined, next: string): Finding => {
  if (until === undefined) return { check, state: 'fail', fact: 'none', next };
  const days = Math.floor((until - now) / day);
  if (days < 0) return { check, state: 'fail', fact: `ran out ${-days} days ago`, next };
  return days < 7 ? { check, state: 'warn', fact: `${days} days left`, next } : { check, state: 'ok', fact: `${days} days left` };
};

export const findAge = (check: string, now: number, issuedAt: number | undefined, staleAfter: number, next: string): Finding => {
  if (issuedAt === undefined) return { check, state: 'fail', fact: 'none', next };
  const hours = Math.floor((now - issuedAt) / 3600);
  return now - issuedAt > staleAfter ? { check, state: 'warn', fact: `${hours} h old`, next } : { check, state: 'ok', fact: `${hours} h old` };
};

const marks = { ok: '✓', warn: '!', fail: '✕' } as const;

export const printFinding = (finding: Finding): string =>
  `${marks[finding.state]} ${finding.check.padEnd(14)} ${finding.fact}${finding.next === undefined ? '' : `\n  → ${finding.next}`}`;
