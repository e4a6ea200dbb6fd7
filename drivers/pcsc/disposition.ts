/** What happens to the card when a connection ends, in PC/SC's numbers (winscard.h). Its power is never cut: a reset ends every session as well. */
export const dispositionCodes = { leave: 0, reset: 1 } as const;
export type Disposition = keyof typeof dispositionCodes;
