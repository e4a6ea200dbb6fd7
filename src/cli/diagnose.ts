import { CodedError, done, filled, findingFacts, findingNexts, type DiagnosisText, type Finding, type Success } from '../contract/index.js';
import { bundleOf, diagnose as look, isEnrolled, openTerminal, writeBundle, type Diagnosis, type Terminal } from '../service/index.js';
import { findReader } from './cards.js';
import { clockOf, type DataFolder } from './data-folder.js';
import { readerEnvironment } from './terminal-commands.js';

/** A finding with its sentences: whoever reads the JSON needs no tables. */
export interface PrintedFinding extends Finding {
  readonly sentence: DiagnosisText;
  readonly step?: DiagnosisText;
}

const both = ({ zh, en }: DiagnosisText, values: Finding['values']): DiagnosisText => ({ zh: filled(zh, values), en: filled(en, values) });

const printed = (finding: Finding): PrintedFinding => ({
  ...finding,
  sentence: both(findingFacts[finding.fact], finding.values),
  ...(finding.next === undefined ? {} : { step: both(findingNexts[finding.next], finding.values) }),
});

/** Beside a running service too: it holds no lock that a look needs. The terminal is opened when it is asked for, and closed in the end. */
const withDiagnosis = async <T>(folder: DataFolder, work: (diagnosis: Diagnosis, terminal: Terminal | undefined) => T): Promise<T> => {
  let opened: Terminal | undefined;
  const terminal = (): Terminal => {
    if (!isEnrolled(folder.terminal)) throw new CodedError('TERMINAL_NOT_ENROLLED');
    opened = openTerminal(folder.terminal, { clock: clockOf(folder.root), env: readerEnvironment(folder) });
    return opened;
  };
  try {
    const diagnosis = await look({ folder: folder.root, pcsc: readerEnvironment(folder)['PCSCLITE_CSOCK_NAME'], virtualReader: findReader(folder) !== undefined, terminal });
    return work(diagnosis, opened);
  } finally {
    await opened?.close();
  }
};

/** What is wrong, and what to do; with `bundle` the redacted bundle goes into that file as well. */
export const diagnose = (folder: DataFolder, bundle?: string): Promise<Success<{ healthy: boolean; findings: PrintedFinding[]; bundle?: { file: string; bytes: number } }>> =>
  withDiagnosis(folder, (diagnosis, terminal) => {
    const { healthy, findings } = diagnosis;
    const written = bundle === undefined ? {} : { bundle: { file: bundle, bytes: writeBundle(bundle, bundleOf(diagnosis, { folder: folder.terminal, mode: terminal?.mode ?? 'counter', terminal })) } };
    return done({ healthy, findings: findings.map(printed), ...written });
  });
