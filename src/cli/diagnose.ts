import { ChannelError } from '../card/index.js';
import { PcscSupervisor } from '../../drivers/pcsc/index.js';
import { done, type Success } from '../contract/index.js';
import { certificateDays, isEnrolled, offeredEpoch, openTerminal, type DaysLeft } from '../service/index.js';
import { clockOf, type DataFolder } from './data-folder.js';
import { findAge, findCardService, findClock, findDaysLeft, findDisk, findNode, findPackages, type Finding } from './doctor.js';
import { readerEnvironment } from './terminal-commands.js';
import { failureOf } from './output.js';

const systemSocket = '/run/pcscd/pcscd.comm';
const day = 86_400;

const findReaders = async (env: Record<string, string>): Promise<Finding> => {
  const supervisor = PcscSupervisor.start({ env });
  try {
    const readers = await supervisor.readers();
    if (readers.length === 0) return { check: 'readers', state: 'fail', fact: 'none', next: 'plug a reader in, or put a virtual card down with: card insert' };
    return { check: 'readers', state: 'ok', fact: readers.map(({ name, cardPresent }) => `${name}${cardPresent ? ' (card)' : ''}`).join(', ') };
  } catch (error) {
    if (error instanceof ChannelError) return { check: 'readers', state: 'fail', fact: error.code, next: 'start pcscd' };
    throw error;
  } finally {
    await supervisor.stop();
  }
};

const findPlatform = async (baseUrl: string): Promise<Finding> => {
  try {
    const response = await fetch(new URL('/v1/health', baseUrl), { signal: AbortSignal.timeout(3_000) });
    if (response.ok) return { check: 'platform', state: 'ok', fact: baseUrl };
    return { check: 'platform', state: 'warn', fact: `${baseUrl} answers ${response.status}`, next: 'nothing is lost; sync later' };
  } catch {
    // Whatever stood in the way, the finding is the same.
    return { check: 'platform', state: 'warn', fact: `${baseUrl} cannot be reached`, next: 'nothing is lost; work goes on off-line; sync later' };
  }
};

/** Warned of while a sync can still renew it: it must outlive the longest closure and 7 days. */
const findCertificate = (check: string, { days, state }: DaysLeft): Finding => {
  if (state === 'missing' || days === undefined) return { check, state: 'fail', fact: 'none', next: 'sync' };
  const fact = days < 0 ? `ended ${-days} days ago` : `${days} days left`;
  return state === 'ok' ? { check, state: 'ok', fact } : { check, state: state === 'ended' ? 'fail' : 'warn', fact, next: 'sync' };
};

const findTerminal = async (folder: DataFolder): Promise<Finding[]> => {
  if (!isEnrolled(folder.terminal)) return [{ check: 'terminal', state: 'fail', fact: 'not enrolled', next: 'terminal enrol --url … --code …' }];
  const terminal = openTerminal(folder.terminal, { clock: clockOf(folder.root) });
  try {
    const { outbox, trust, clock, identity } = terminal;
    const now = clock.now();
    const counts = outbox.counts();
    const chain = outbox.check();
    return [
      { check: 'terminal', state: 'ok', fact: `${identity.terminalId} (${identity.environment === 1 ? 'test trust' : 'production trust'})` },
      findClock(now, counts.serverTime === 0 ? undefined : counts.serverTime, !clock.trustworthy()),
      findDaysLeft('trust list', now, trust.trustList()?.nextUpdate, 'sync'),
      findAge('status list', now, trust.statusList()?.issuedAt, 7 * day, 'sync'),
      findCertificate('certificate', certificateDays(terminal).delegation),
      findCertificate('card rights', certificateDays(terminal).access),
      chain.ok
        ? { check: 'outbox', state: counts.quarantined > 0 ? 'warn' : 'ok', fact: `${counts.pending} waiting, ${counts.quarantined} in quarantine, chain sound` }
        : { check: 'outbox', state: 'fail', fact: chain.code, next: 'stop using this terminal and call maintenance' },
      ...outbox.journal.serials().map((serial): Finding => ({ check: 'torn card', state: 'warn', fact: `…${serial.slice(-4)}`, next: 'put it back and run issue again' })),
      ...(offeredEpoch(terminal) === undefined
        ? []
        : [{ check: 'epoch', state: 'fail' as const, fact: `the platform takes epoch ${offeredEpoch(terminal) ?? ''}`, next: 'this terminal was restored from a copy: outbox begin-epoch N, by an administrator' }]),
      await findPlatform(identity.baseUrl),
    ];
  } finally {
    await terminal.close();
  }
};

/** Looks at everything that work needs, in the order in which it should be mended. Never fails itself: what cannot be looked at is a finding. */
export const diagnose = async (folder: DataFolder): Promise<Success<{ healthy: boolean; findings: Finding[] }>> => {
  const env = readerEnvironment(folder);
  const socket = env['PCSCLITE_CSOCK_NAME'] ?? process.env['PCSCLITE_CSOCK_NAME'] ?? systemSocket;
  const service = findCardService(socket);
  const findings = [findNode(), findPackages(), findDisk(folder.root), service];
  if (service.state === 'ok') findings.push(await findReaders(env));
  try {
    findings.push(...(await findTerminal(folder)));
  } catch (error) {
    findings.push({ check: 'terminal', state: 'fail', fact: failureOf(error).code, next: 'keep the files and call maintenance' });
  }
  return done({ healthy: findings.every((finding) => finding.state !== 'fail'), findings });
};
