import { PcscSupervisor, type ReaderState } from '../../../drivers/pcsc/index.js';
import { CodedError, findingChecks, type Finding } from '../../contract/index.js';
import type { Terminal } from '../terminal.js';
import { findDisk, findNode, findPackages, findVersions, installedPackages } from './machine.js';
import { findPlatform } from './platform.js';
import { findCardService, findReaders, systemSocket } from './readers.js';
import { findClosed, findTerminal } from './terminal.js';

export interface DiagnosisSources {
  /** whose disk is looked at */
  readonly folder: string;
  /** PCSCLITE_CSOCK_NAME of a private pcscd; the machine's own unless stated */
  readonly pcsc?: string | undefined;
  /** the virtual reader is in use: its package is needed */
  readonly virtualReader?: boolean;
  /** of the host that shows the windows */
  readonly electron?: string | undefined;
  /** The open terminal, or why there is none. @throws CodedError */
  readonly terminal: () => Terminal;
}

export interface Diagnosis {
  readonly healthy: boolean;
  /** seconds since 1970 UTC */
  readonly at: number;
  readonly findings: Finding[];
}

const readersOf = async (terminal: Terminal | undefined, pcsc: string | undefined): Promise<readonly ReaderState[]> => {
  if (terminal !== undefined) return terminal.readers();
  const supervisor = PcscSupervisor.start(pcsc === undefined ? {} : { env: { PCSCLITE_CSOCK_NAME: pcsc } });
  try {
    return await supervisor.readers();
  } finally {
    await supervisor.stop();
  }
};

/** What can be said of the terminal; a storage that fails while it is read is a finding as well. */
const terminalFindings = (terminal: () => Terminal): { readonly terminal: Terminal | undefined; readonly findings: Finding[] } => {
  let open: Terminal | undefined;
  try {
    open = terminal();
    return { terminal: open, findings: findTerminal(open) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { terminal: open, findings: findClosed(error.code) };
  }
};

/** Looks at everything that work needs, in the order in which it should be mended. Never refuses: what cannot be looked at is a finding. */
export const diagnose = async ({ folder, pcsc, virtualReader = false, electron, terminal: open }: DiagnosisSources): Promise<Diagnosis> => {
  const socket = pcsc ?? process.env['PCSCLITE_CSOCK_NAME'] ?? systemSocket;
  const { terminal, findings } = terminalFindings(open);
  const [packages, service, platform] = await Promise.all([installedPackages(), findCardService(socket), terminal === undefined ? [] : findPlatform(terminal.identity.baseUrl)]);
  const readers = service.state === 'fail' ? [] : await findReaders(() => readersOf(terminal, pcsc));
  const all = [findNode(), findPackages(packages, virtualReader), findDisk(folder), service, readers, findings, platform, findVersions(packages, electron)].flat();
  all.sort((a, b) => findingChecks.indexOf(a.check) - findingChecks.indexOf(b.check));
  const at = terminal?.clock.now() ?? Math.floor(Date.now() / 1000);
  return { healthy: all.every(({ state }) => state !== 'fail'), at, findings: all };
};
