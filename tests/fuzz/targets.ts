import type { Target } from './target.js';

/** A target as it stands in the list: loaded only in the process that feeds it. */
export interface TargetEntry {
  readonly name: string;
  readonly load: () => Promise<Target>;
  /** Executions in the short run of the tests. */
  readonly shortRun: number;
}

/**
 * Everything that takes bytes from outside. A new parser gets a line here, a file in `targets/` and its sources in `parser-files.ts`.
 */
export const targets: readonly TargetEntry[] = [
  { name: 'tlv', shortRun: 5_000, load: async () => (await import('./targets/tlv.js')).tlv },
  { name: 'cbor', shortRun: 5_000, load: async () => (await import('./targets/cbor.js')).cbor },
  { name: 'cose', shortRun: 2_000, load: async () => (await import('./targets/cose.js')).cose },
  { name: 'payloads', shortRun: 1_000, load: async () => (await import('./targets/payloads.js')).payloads },
  { name: 'cv-certificates', shortRun: 1_000, load: async () => (await import('./targets/cv-certificates.js')).cvCertificates },
  { name: 'status-list', shortRun: 600, load: async () => (await import('./targets/status-list.js')).statusList },
  { name: 'card-answers', shortRun: 700, load: async () => (await import('./targets/card-answers.js')).cardAnswers },
  { name: 'card-commands', shortRun: 750, load: async () => (await import('./targets/card-commands.js')).cardCommands },
  { name: 'vpcd-frames', shortRun: 700, load: async () => (await import('./targets/vpcd-frames.js')).vpcdFrames },
];
