import { filled, findingFacts, findingLabels, findingNexts, type Finding } from '../../../contract/index.js';
import { useText } from '../../i18n/index.js';

/** What a finding is about, what was seen and what a person does about it, in the language chosen. */
export interface FindingWords {
  readonly label: (finding: Finding) => string;
  readonly fact: (finding: Finding) => string;
  /** null: nothing need be done */
  readonly next: (finding: Finding) => string | null;
}

export const useFindingWords = (): FindingWords => {
  const { pick } = useText();
  const words = ({ zh, en }: { readonly zh: string; readonly en: string }): string => pick(zh, en);
  return {
    label: ({ check }) => words(findingLabels[check]),
    fact: ({ fact, values }) => filled(words(findingFacts[fact]), values),
    next: ({ next, values }) => (next === undefined ? null : filled(words(findingNexts[next]), values)),
  };
};
