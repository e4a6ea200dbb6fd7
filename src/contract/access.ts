import { z } from 'zod';

/** Rights of a terminal on cards (terminal-authentication.md 1.1). */
export const accessRights = ['inspect', 'kiosk', 'endorse', 'service', 'manage'] as const;
export const accessRight = z.enum(accessRights);
export type AccessRight = z.infer<typeof accessRight>;
