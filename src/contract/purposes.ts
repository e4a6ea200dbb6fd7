import { z } from 'zod';

/**
 * Why an officer checks a permit. The first five are the cases of the Law on Resident Identity Cards Art. 15 (the fifth: other cases that a law names); `registration`: checking that
 * residence is registered (Zhejiang Regulation on residence registration Art. 21); `found`: a card that was found or handed in.
 */
export const checkPurposes = ['suspect', 'control', 'emergency', 'station', 'by-law', 'registration', 'found'] as const;
export const checkPurpose = z.enum(checkPurposes);
export type CheckPurpose = z.infer<typeof checkPurpose>;

/** Where an operation takes place, as the officer writes it: a post or a street, never a person. */
export const checkPlace = z.string().trim().min(1).max(60);

/** Chosen for an operation and asked for again by nobody until it is changed. */
export const operation = z.strictObject({ purpose: checkPurpose, place: checkPlace });
export type Operation = z.infer<typeof operation>;
