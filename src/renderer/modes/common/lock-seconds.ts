/** Seconds that a lock still lasts, of the detail of OPERATOR_LOCKED (`900 s`); 0 where it names none. */
export const lockSeconds = (detail: string | undefined): number => Number(/^(\d{1,6}) s$/.exec(detail ?? '')?.[1] ?? 0);
