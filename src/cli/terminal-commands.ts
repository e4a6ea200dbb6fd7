import { readFileSync } from 'node:fs';
import { CodedError, done, type Outcome } from '../contract/index.js';
import { PcscSupervisor } from '../../drivers/pcsc/index.js';
import type { Step } from '../workflows/index.js';
import { isEnrolled, openTerminal, type Terminal } from '../service/index.js';
import { findReader } from './cards.js';
import { clockOf, type DataFolder } from './data-folder.js';
import type { Output } from './output.js';

/** Environment of the reader process: the virtual reader's socket where one runs and the caller names no other. */
export const readerEnvironment = (folder: DataFolder): Record<string, string> => {
  if (process.env['PCSCLITE_CSOCK_NAME'] !== undefined) return {};
  const virtual = findReader(folder);
  return virtual === undefined ? {} : { PCSCLITE_CSOCK_NAME: virtual.socket };
};

export const terminalOf = (folder: DataFolder): Terminal => {
  if (!isEnrolled(folder.terminal)) throw new CodedError('TERMINAL_NOT_ENROLLED');
  return openTerminal(folder.terminal, { clock: clockOf(folder.root), env: readerEnvironment(folder) });
};

/** Opens the terminal for one piece of work and closes it whatever happens. */
export const withTerminal = async <T>(folder: DataFolder, work: (terminal: Terminal) => Promise<Outcome<T>>): Promise<Outcome<T>> => {
  const terminal = terminalOf(folder);
  try {
    return await work(terminal);
  } finally {
    await terminal.close();
  }
};

const stepNames: Record<Step['step'], string> = {
  check: '核对资料 checking', open: '打开卡片 opening the card', authenticate: '认证 authenticating', prepare: '签名 signing', write: '写卡 writing', activate: '启用 activating',
  'read-back': '读回核对 reading back', register: '登记 registering', chip: '验证芯片 proving the chip', rights: '出示权限 proving rights', verdict: '判定 judging',
};

/** Names each step once; writing shows how far it is. */
export const showSteps = (output: Output): ((step: Step) => void) => {
  let last = '';
  return ({ step, done: at, of }) => {
    if (output.json) return;
    if (step === 'write' && of > 1 && at > 0) output.progress(`  ${stepNames.write} ${Math.round((at / of) * 100)} %`);
    else if (step !== last) output.progress(`  ${stepNames[step]}`);
    last = step;
  };
};

const readInput = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CodedError('INPUT_INVALID', 'file cannot be read', { cause });
  }
};

/** A file of JSON; what it must hold is for the schema to say. */
export const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readInput(path).toString('utf8'));
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('INPUT_INVALID', 'not JSON');
  }
};

export const readPhoto = (path: string): Uint8Array => new Uint8Array(readInput(path));

export const terminalStatus = (folder: DataFolder): Promise<Outcome<object>> =>
  withTerminal(folder, (terminal) => {
    const { identity, outbox } = terminal;
    const delegation = outbox.numbers.delegations()[0];
    const rights = terminal.access.rights();
    return Promise.resolve(
      done({
        terminal: identity.terminalId,
        name: identity.name,
        platform: identity.baseUrl,
        trustList: terminal.trust.trustList()?.number ?? null,
        statusListIssuedAt: terminal.trust.statusList()?.issuedAt ?? null,
        cardRights: rights.ok ? rights.value : rights.code,
        cardCertificateUntil: terminal.access.days()?.expires ?? null,
        delegationExpires: delegation?.expires ?? null,
        statusIndexesLeft: outbox.numbers.indexesLeft(),
        numbersLeft: outbox.numbers.blocks().reduce((sum, block) => sum + block.left, 0),
        blanks: outbox.keySets.serials().length,
        unfinishedCards: outbox.journal.serials(),
        clockTrustworthy: terminal.clock.trustworthy(),
      }),
    );
  });

export const listReaders = (folder: DataFolder): Promise<Outcome<object>> => {
  const supervisor = PcscSupervisor.start({ env: readerEnvironment(folder) });
  return supervisor
    .readers()
    .then((readers) => done({ readers }))
    .finally(() => supervisor.stop());
};
