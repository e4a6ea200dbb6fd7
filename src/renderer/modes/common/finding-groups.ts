import { findingChecks, type Finding } from '../../../contract/index.js';

export interface FindingGroup {
  readonly state: Finding['state'];
  readonly findings: readonly Finding[];
}

const worstFirst = ['fail', 'warn', 'ok'] as const;

/** Findings by state, worst first, within a group in the order in which they should be mended. A group without findings is left out. */
export const groupsOf = (findings: readonly Finding[]): readonly FindingGroup[] =>
  worstFirst
    .map((state) => ({ state, findings: findings.filter((finding) => finding.state === state).sort((a, b) => findingChecks.indexOf(a.check) - findingChecks.indexOf(b.check)) }))
    .filter((group) => group.findings.length > 0);
