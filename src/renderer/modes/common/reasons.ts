import { zh } from '../../i18n/zh-CN.js';

export type KnownReason = keyof typeof zh.policeReason;

/** A reason that this page has words for; a newer service may give others, which are shown as they are. */
export const isKnownReason = (reason: string): reason is KnownReason => Object.hasOwn(zh.policeReason, reason);
