/** What SQLite asks of the disk; nothing else in our programs uses these calls. */
const traced = 'pwrite64,fsync,fdatasync';

/** Runs a program so that `what` (strace(1), inject) befalls its `when`-th such call. With `--seccomp-bpf` other calls cost nothing, but a signal alone is not delivered. */
export const atWrites = (what: string, when: string): readonly string[] => [
  'strace', '-f', ...(what.startsWith('error=') ? ['--seccomp-bpf'] : []), '-qq', '-o', '/dev/null', '-e', `trace=${traced}`, '-e', `inject=${traced}:${what}:when=${when}`,
];
