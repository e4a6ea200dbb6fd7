import type { CapturedRecord } from '../../src/contract/index.js';
import { dateInChina, permitNumber } from '../../src/permit/index.js';
import { statusListUri, type Terminal } from '../../src/service/index.js';
import { inventedIssue } from '../platform/invented-issue.js';
import { person } from '../platform/terminal.js';

const division6 = '330302';

export type IssueOf = Extract<CapturedRecord, { type: 'issue' }>;

/** A permit of person `n` under the terminal's own certificate, numbers and blank, as an issue makes it; only the card is missing. Undefined: nothing left to issue with. */
export const issueAt = (terminal: Terminal, n: number, at: number): IssueOf | undefined => {
  const { keySets, journal, numbers } = terminal.outbox;
  const begun = new Set(journal.list().map((entry) => entry.serial));
  const serial = keySets.serials().find((each) => !begun.has(each));
  const delegate = terminal.trust.delegate();
  const now = terminal.clock.now();
  if (serial === undefined || delegate === undefined) return undefined;
  const today = dateInChina(now);
  const year = Number(today.slice(0, 4));
  const reserved = numbers.reserve(division6, year, 1);
  if (reserved === undefined) return undefined;
  const { sequence, statusIndex } = reserved;
  const number = permitNumber({ division6, year, kind: 1, sequence });
  return inventedIssue({ who: person(n), number, statusIndex, serial, issued: today, signedAt: now, issuedAt: at, statusListUri, signer: delegate });
};
