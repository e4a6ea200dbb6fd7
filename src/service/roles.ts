import type { OperatorRole } from '../contract/index.js';

/** What a person does at a terminal (operators.md 2). `administer`: enrolment, epochs, settings of the machine. `leave`: the way out of the locked-down window. */
export const tasks = [
  'register', 'accept', 'supplement', 'review', 'issue', 'hand-over', 'endorse', 'move', 'write-service', 'resume-update', 'replace', 'correct', 'suspend', 'restore', 'cancel', 'card-return',
  'fee', 'reconcile', 'stock', 'verify', 'read', 'look-up', 'pin', 'change-pin', 'access-log', 'match-body', 'end-card', 'sign-presence', 'unlock', 'discard-local-data', 'administer', 'leave',
] as const;
export type Task = (typeof tasks)[number];

const counter: readonly Task[] = [
  'register', 'accept', 'supplement', 'review', 'issue', 'hand-over', 'endorse', 'move', 'write-service', 'resume-update', 'replace', 'correct', 'suspend', 'restore', 'cancel', 'card-return',
  'fee', 'reconcile', 'stock', 'verify', 'read', 'look-up', 'pin', 'change-pin', 'access-log', 'match-body', 'end-card', 'sign-presence', 'leave',
];

/** What a resident does alone with the own card at a kiosk, where nobody signs in (operators.md 1). */
export const holdersOwn: readonly Task[] = ['verify', 'read', 'change-pin', 'access-log', 'sign-presence'];

/** The table of operators.md 2. */
const permitted: Readonly<Record<OperatorRole, readonly Task[]>> = {
  operator: counter,
  supervisor: [...counter, 'unlock', 'discard-local-data'],
  officer: ['verify', 'read', 'look-up', 'card-return', 'leave'],
  administrator: ['verify', 'stock', 'look-up', 'unlock', 'discard-local-data', 'administer', 'leave'],
};

const approvers: readonly OperatorRole[] = ['supervisor', 'administrator'];

export const may = (role: OperatorRole, task: Task): boolean => permitted[role].includes(task);
export const mayApprove = (role: OperatorRole): boolean => approvers.includes(role);
