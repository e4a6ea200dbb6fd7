/** Why bytes are no certificate or request of our profile. Stable: tests and logs name them. */
export declare const cvcReasons: readonly ["length", "der", "structure", "profile-identifier", "reference", "algorithm", "domain-parameters", "point", "terminal-type", "authorization", "date", "validity", "extension", "departments", "signature"];
export type CvcReason = (typeof cvcReasons)[number];
/** Bytes that are no certificate or request of our profile, or a body that cannot become one. The message holds no contents. */
export declare class CvcError extends Error {
    readonly reason: CvcReason;
    readonly name = "CvcError";
    constructor(reason: CvcReason, what: string, options?: ErrorOptions);
}
