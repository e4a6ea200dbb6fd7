import type { Application } from '../../src/contract/index.js';
import { issuePermit, type Issued, type IssueOptions, type ResidenceChange, type ServiceWrite } from '../../src/workflows/index.js';
import { CardInReader, MemoryTerminal, applicant, blank, jpegOf, serialOf } from './fixtures.js';

export const photo = jpegOf(1_500);

/** Days of issue that make the endorsement due, overdue, or neither, on the tests' today, 2026-11-24. */
export const issuedOn = { due: '2025-12-10', overdue: '2025-11-01', early: '2026-06-01' } as const;

export interface IssuedCard {
  readonly terminal: MemoryTerminal;
  readonly reader: CardInReader;
  readonly value: Issued;
}

/** A terminal with a card of its own that was issued on a day of the past; the record of the issue is not kept. */
export async function issuedCard(issued: string = issuedOn.due, options: IssueOptions & { readonly person?: Application; readonly on?: string } = {}): Promise<IssuedCard> {
  const { person = applicant(), on, ...more } = options;
  const terminal = new MemoryTerminal();
  if (on !== undefined) terminal.setDay(on);
  terminal.allot(serialOf(1));
  const reader = new CardInReader(blank(1));
  const outcome = await issuePermit(terminal.context(reader.insert()), person, photo, { issued, ...more });
  if (!outcome.ok) throw new Error(`${outcome.code} ${outcome.detail ?? ''}`);
  terminal.records.length = 0;
  return { terminal, reader, value: outcome.value };
}

export { cardOf } from './recorded.js';

export const move: ResidenceChange = {
  residence: { division: '330303001002', address: '某某街 21 号', rentalHouse: 'LW-0007', employer: '某某电器', since: '2026-11-20' },
  changedOn: '2026-11-20',
  by: 'op-1',
};

export const service: ServiceWrite = { department: 7, receipt: 'S-7-1', state: '已受理', asOf: '2026-11-24' };
