export declare const permitNumberLength = 18;
/** Digits only, at most 18: what may stand in the field whatever was typed or pasted, full-width digits too. */
export declare const permitDigits: (text: string) => string;
/** `330302 2024 1000 0014`, also of a number that is not complete yet; and of a masked one. */
export declare const groupNumber: (number: string) => string;
/** All but the last four, grouped, and the last four, which are said and compared aloud. */
export declare const splitNumber: (number: string) => {
    readonly head: string;
    readonly tail: string;
};
/** A masked number as the history shows it, whatever stands between its first six and its last four digits; undefined where the card named none. */
export declare const maskedNumber: (masked: string) => string | undefined;
/** ISO/IEC 7064 MOD 11,10 over all 18 digits: told while the officer still holds the card, before the service is asked. */
export declare const checkDigitHolds: (number: string) => boolean;
