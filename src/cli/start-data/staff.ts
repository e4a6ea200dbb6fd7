import type { OperatorRole } from '../../contract/index.js';

/** Somebody who works in the folder of `npm start`. */
export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly password: string;
}

/**
 * Who can sign in where `npm start` made everything: invented people with passwords that the README tells everybody. They are entered on that folder's own platform, whose
 * trust is the test trust, and mean nothing anywhere else.
 */
export const staff = {
  officer: { id: 'P-101', name: '民警丙', role: 'officer', password: 'patrol-at-the-bridge' },
  operator: { id: 'W-017', name: '窗口甲', role: 'operator', password: 'window-by-the-door' },
  supervisor: { id: 'S-002', name: '主管乙', role: 'supervisor', password: 'desk-under-the-clock' },
  administrator: { id: 'A-001', name: '管理员丁', role: 'administrator', password: 'keys-in-the-drawer' },
} as const satisfies Record<string, Staff>;
