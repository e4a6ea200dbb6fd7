import type { Finding } from '../../../contract/index.js';

const values = ({ values: shown }: Finding): string =>
  Object.entries(shown)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** What a finding says, in words. */
export const useFindingWords = (): { readonly fact: (finding: Finding) => string; readonly next: (finding: Finding) => string } => ({
  fact: (finding) => [finding.fact, values(finding)].filter((part) => part !== '').join(': '),
  next: (finding) => finding.next ?? '',
});
