/** Status words of ISO/IEC 7816-4 5.1.3 that the permit application uses (permit-application.md 4); 61xx and 6Cxx: {@link statusFamily}. */
export declare const StatusWord: {
    readonly OK: 36864;
    readonly END_OF_FILE: 25218;
    readonly SELECTED_FILE_TERMINATED: 25221;
    readonly VERIFICATION_FAILED: 25344;
    readonly MEMORY_FAILURE: 25985;
    readonly WRONG_LENGTH: 26368;
    readonly LOGICAL_CHANNEL_NOT_SUPPORTED: 26753;
    readonly SECURE_MESSAGING_NOT_SUPPORTED: 26754;
    readonly LAST_COMMAND_OF_CHAIN_EXPECTED: 26755;
    readonly CHAINING_NOT_SUPPORTED: 26756;
    readonly SECURITY_STATUS_NOT_SATISFIED: 27010;
    readonly AUTHENTICATION_BLOCKED: 27011;
    readonly CONDITIONS_NOT_SATISFIED: 27013;
    readonly COMMAND_NOT_ALLOWED: 27014;
    readonly SM_OBJECTS_MISSING: 27015;
    readonly SM_OBJECTS_INCORRECT: 27016;
    readonly WRONG_DATA: 27264;
    readonly FUNCTION_NOT_SUPPORTED: 27265;
    readonly FILE_NOT_FOUND: 27266;
    readonly RECORD_NOT_FOUND: 27267;
    readonly NOT_ENOUGH_MEMORY: 27268;
    readonly INCORRECT_P1_P2: 27270;
    readonly REFERENCED_DATA_NOT_FOUND: 27272;
    readonly WRONG_OFFSET: 27392;
    readonly INS_NOT_SUPPORTED: 27904;
    readonly CLA_NOT_SUPPORTED: 28160;
    readonly UNKNOWN: 28416;
};
/**
 * What kind of status this is: 'ok' 9000; 'more' 61xx (xx bytes waiting, 00 = 256 or more); 'length' 6Cxx (exact Le is xx);
 * 'warning' 62xx and 63xx; 'error' anything else. 6300 is a warning by ISO/IEC 7816-4; callers that treat it as a refusal say so.
 */
export declare function statusFamily(sw: number): 'ok' | 'more' | 'length' | 'warning' | 'error';
/** A short English sentence with the number, for logs and diagnosis: "6982 security status not satisfied". */
export declare function statusText(sw: number): string;
