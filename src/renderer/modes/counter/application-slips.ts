import { paperCodes, type Application, type ApplicationLine } from '../../../contract/index.js';
import type { PrintDocument } from '../../print/documents.js';

/** What is handed to the applicant at this stage: why it was refused, what is missing, or that it was accepted. */
export const applicationSlip = (line: ApplicationLine, application: Application | null, reason: string, refused: boolean, today: string): PrintDocument => {
  const name = application?.name ?? line.maskedName;
  const { receipt, purpose, acceptedOn, dueOn, feeFen } = line;
  const missingPapers = paperCodes.filter((paper) => line.missingPapers.includes(paper));
  if (refused) return { document: 'refusal', what: 'permit', reference: receipt, name, reason, refusedOn: today };
  if (missingPapers.length > 0) return { document: 'missing-papers', receipt, purpose, name, missingPapers, toldOn: today };
  return { document: 'acceptance', receipt, purpose, name, acceptedOn, dueOn, feeFen, missingPapers };
};
