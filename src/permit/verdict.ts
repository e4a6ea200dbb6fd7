import { chipLine, countersLine, datesLine, signatureLine, statusAge, statusLine, type VerdictInput } from './verdict-lines.js';
import { verdictOrder, type Verdict, type VerdictLine, type VerdictResult } from './verdict-shape.js';

export const worstOf = (results: readonly VerdictResult[]): VerdictResult => verdictOrder.find((each) => results.includes(each)) ?? 'undetermined';

const answerOf = (result: VerdictResult, lines: readonly VerdictLine[]): Verdict['answer'] => {
  switch (result) {
    case 'valid':
    case 'suspended':
      return result;
    case 'revoked':
    case 'expired':
      return 'cancelled';
    case 'undetermined':
      return lines.some((line) => line.reason === 'index-not-found') ? 'not-found' : undefined;
    case 'cloned':
    case 'forged':
    case 'rolled-back':
    case 'unconfirmed':
      return undefined;
  }
};

/** The verdict of payload.md 6: five lines, always all of them; `valid` only when every check ran and passed. */
export const verdictOf = (input: VerdictInput): Verdict => {
  const lines = [signatureLine(input), datesLine(input), statusLine(input), chipLine(input), countersLine(input)];
  const result = worstOf(lines.map((line) => line.result));
  const answer = answerOf(result, lines);
  const age = statusAge(input);
  return {
    result,
    ...(answer === undefined ? {} : { answer }),
    lines,
    ...(input.card.ok ? { permitNumber: input.card.permit.number } : {}),
    ...(age === undefined ? {} : { statusListAgeSeconds: age }),
  };
};
