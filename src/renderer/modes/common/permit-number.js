/** The permit number as it stands on the card: division 6, year 4, kind 1, sequence 6, check 1; shown in groups that the eye can compare. */
const groupEnds = [6, 10, 14];
export const permitNumberLength = 18;
/** Digits only, at most 18: what may stand in the field whatever was typed or pasted, full-width digits too. */
export const permitDigits = (text) => text.normalize('NFKC').replaceAll(/\D/g, '').slice(0, permitNumberLength);
/** `330302 2024 1000 0014`, also of a number that is not complete yet; and of a masked one. */
export const groupNumber = (number) => {
    const starts = [0, ...groupEnds];
    return starts
        .map((start, at) => number.slice(start, groupEnds[at] ?? permitNumberLength))
        .filter((group) => group !== '')
        .join(' ');
};
/** All but the last four, grouped, and the last four, which are said and compared aloud. */
export const splitNumber = (number) => ({ head: groupNumber(number.slice(0, -4)), tail: number.slice(-4) });
/** A masked number as the history shows it, whatever stands between its first six and its last four digits; undefined where the card named none. */
export const maskedNumber = (masked) => (masked === '' ? undefined : `${masked.slice(0, 6)}••••${masked.slice(-4)}`);
/** ISO/IEC 7064 MOD 11,10 over all 18 digits: told while the officer still holds the card, before the service is asked. */
export const checkDigitHolds = (number) => {
    let product = 10;
    for (const digit of number.slice(0, 17)) {
        const sum = (product + Number(digit)) % 10 || 10;
        product = (sum * 2) % 11;
    }
    return number.length === permitNumberLength && String((11 - product) % 10) === number.charAt(17);
};
//# sourceMappingURL=permit-number.js.map