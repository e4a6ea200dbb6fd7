/** Status words of ISO/IEC 7816-4 5.1.3 that the permit application uses (permit-application.md 4); 61xx and 6Cxx: {@link statusFamily}. */
export const StatusWord = {
    OK: 0x9000,
    END_OF_FILE: 0x6282,
    SELECTED_FILE_TERMINATED: 0x6285,
    VERIFICATION_FAILED: 0x6300,
    MEMORY_FAILURE: 0x6581,
    WRONG_LENGTH: 0x6700,
    LOGICAL_CHANNEL_NOT_SUPPORTED: 0x6881,
    SECURE_MESSAGING_NOT_SUPPORTED: 0x6882,
    LAST_COMMAND_OF_CHAIN_EXPECTED: 0x6883,
    CHAINING_NOT_SUPPORTED: 0x6884,
    SECURITY_STATUS_NOT_SATISFIED: 0x6982,
    AUTHENTICATION_BLOCKED: 0x6983,
    CONDITIONS_NOT_SATISFIED: 0x6985,
    COMMAND_NOT_ALLOWED: 0x6986,
    SM_OBJECTS_MISSING: 0x6987,
    SM_OBJECTS_INCORRECT: 0x6988,
    WRONG_DATA: 0x6a80,
    FUNCTION_NOT_SUPPORTED: 0x6a81,
    FILE_NOT_FOUND: 0x6a82,
    RECORD_NOT_FOUND: 0x6a83,
    NOT_ENOUGH_MEMORY: 0x6a84,
    INCORRECT_P1_P2: 0x6a86,
    REFERENCED_DATA_NOT_FOUND: 0x6a88,
    WRONG_OFFSET: 0x6b00,
    INS_NOT_SUPPORTED: 0x6d00,
    CLA_NOT_SUPPORTED: 0x6e00,
    UNKNOWN: 0x6f00,
};
const texts = new Map([
    [StatusWord.OK, 'done'],
    [StatusWord.END_OF_FILE, 'end of file before Le bytes'],
    [StatusWord.SELECTED_FILE_TERMINATED, 'selected file is terminated'],
    [StatusWord.VERIFICATION_FAILED, 'verification failed'],
    [StatusWord.MEMORY_FAILURE, 'memory failure'],
    [StatusWord.WRONG_LENGTH, 'wrong length'],
    [StatusWord.LOGICAL_CHANNEL_NOT_SUPPORTED, 'logical channel not supported'],
    [StatusWord.SECURE_MESSAGING_NOT_SUPPORTED, 'secure messaging not supported'],
    [StatusWord.LAST_COMMAND_OF_CHAIN_EXPECTED, 'last command of the chain expected'],
    [StatusWord.CHAINING_NOT_SUPPORTED, 'command chaining not supported'],
    [StatusWord.SECURITY_STATUS_NOT_SATISFIED, 'security status not satisfied'],
    [StatusWord.AUTHENTICATION_BLOCKED, 'authentication method blocked'],
    [StatusWord.CONDITIONS_NOT_SATISFIED, 'conditions of use not satisfied'],
    [StatusWord.COMMAND_NOT_ALLOWED, 'command not allowed (no current EF)'],
    [StatusWord.SM_OBJECTS_MISSING, 'secure messaging data objects missing'],
    [StatusWord.SM_OBJECTS_INCORRECT, 'secure messaging data objects incorrect'],
    [StatusWord.WRONG_DATA, 'incorrect parameters in the data field'],
    [StatusWord.FUNCTION_NOT_SUPPORTED, 'function not supported'],
    [StatusWord.FILE_NOT_FOUND, 'file or application not found'],
    [StatusWord.RECORD_NOT_FOUND, 'record not found'],
    [StatusWord.NOT_ENOUGH_MEMORY, 'not enough memory'],
    [StatusWord.INCORRECT_P1_P2, 'incorrect P1-P2'],
    [StatusWord.REFERENCED_DATA_NOT_FOUND, 'referenced data not found'],
    [StatusWord.WRONG_OFFSET, 'wrong offset'],
    [StatusWord.INS_NOT_SUPPORTED, 'instruction not supported'],
    [StatusWord.CLA_NOT_SUPPORTED, 'class not supported'],
    [StatusWord.UNKNOWN, 'no precise diagnosis'],
]);
/**
 * What kind of status this is: 'ok' 9000; 'more' 61xx (xx bytes waiting, 00 = 256 or more); 'length' 6Cxx (exact Le is xx);
 * 'warning' 62xx and 63xx; 'error' anything else. 6300 is a warning by ISO/IEC 7816-4; callers that treat it as a refusal say so.
 */
export function statusFamily(sw) {
    if (sw === StatusWord.OK)
        return 'ok';
    switch (sw >> 8) {
        case 0x61:
            return 'more';
        case 0x6c:
            return 'length';
        case 0x62:
        case 0x63:
            return 'warning';
        default:
            return 'error';
    }
}
/** A short English sentence with the number, for logs and diagnosis: "6982 security status not satisfied". */
export function statusText(sw) {
    const number = sw.toString(16).toUpperCase().padStart(4, '0');
    const family = statusFamily(sw);
    if (family === 'more')
        return `${number} ${sw & 255 || 256} more bytes`;
    if (family === 'length')
        return `${number} exact length is ${sw & 255 || 256}`;
    return `${number} ${texts.get(sw) ?? 'not named by the profile'}`;
}
//# sourceMappingURL=status-word.js.map