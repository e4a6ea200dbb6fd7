import type { FailureCode } from '../contract/index.js';

const codes: Readonly<Record<string, FailureCode>> = {
  ENOSPC: 'DISK_FULL', EDQUOT: 'DISK_FULL', EROFS: 'STORAGE_READ_ONLY', EACCES: 'STORAGE_READ_ONLY', EPERM: 'STORAGE_READ_ONLY', EEXIST: 'STORAGE_READ_ONLY', ENOTDIR: 'STORAGE_READ_ONLY',
  EISDIR: 'STORAGE_CORRUPT', EIO: 'STORAGE_CORRUPT',
};

/** What the operating system's error on a file means to a person; undefined: an error of another kind. */
export const systemFailure = (error: unknown): FailureCode | undefined => codes[String((error as { readonly code?: unknown } | null)?.code)];
