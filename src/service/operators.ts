import { done, failed, type OperatorEntry, type OperatorRole, type Outcome } from '../contract/index.js';
import { passwordMatches, verifierOfNobody } from '../node-crypto/index.js';
import type { Outbox } from '../outbox/index.js';
import { terminalRules } from '../sync/index.js';
import { Attempts, type Clocks } from './attempts.js';
import type { TerminalIdentity } from './identity.js';
import { LocalKey } from './local-key.js';
import { pulledOperators } from './pulled-config.js';
import { may, mayApprove, type Task } from './roles.js';

/** Who is signed in. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  /** Whether the journal, drafts and own records are open: closed on a first sign-in beside data that only colleagues can open (operators.md 5). */
  readonly localData: boolean;
}

/** Two people agreed on a task: their ids and the time, seconds since 1970 UTC. */
export interface Approval {
  readonly task: Task;
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly at: number;
}

const day = 86_400;

/** Operators at one terminal (operators.md): sign-in against the pulled verifiers, lock-out, roles, second approval. The platform owns the list. */
export class Operators {
  readonly #outbox: Outbox;
  readonly #clocks: Clocks;
  readonly #attempts: Attempts;
  readonly #localKey: LocalKey;
  #session: Session | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** Opens the local data where nobody has to sign in. @throws CodedError STORAGE_* */
  constructor(outbox: Outbox, identity: Pick<TerminalIdentity, 'terminalId' | 'deviceKey'>, clocks: Clocks) {
    this.#outbox = outbox;
    this.#clocks = clocks;
    this.#attempts = new Attempts(outbox.settings, clocks);
    this.#localKey = new LocalKey(outbox, identity.terminalId, identity.deviceKey);
    this.#localKey.prepare();
    if (this.required) outbox.local.lock();
    else this.#localKey.openWithoutSignIn();
  }

  /** Whether somebody must be signed in: operators were pulled, or somebody signed in here before. */
  get required(): boolean {
    const { operators, unreadable } = pulledOperators(this.#outbox);
    return operators.length > 0 || unreadable || !this.#localKey.opensWithoutSignIn;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /**
   * OPERATORS_STALE, OPERATOR_UNKNOWN, OPERATOR_LOCKED, OPERATOR_PASSWORD_WRONG, OPERATOR_DISABLED. A session that was open ends only when this succeeds,
   * and lets the new operator join the local data. @throws CodedError STORAGE_*
   */
  signIn(id: string, password: string): Promise<Outcome<Session>> {
    return this.#inTurn(async (): Promise<Outcome<Session>> => {
      const authenticated = await this.#authenticate(id, password);
      if (!authenticated.ok) return authenticated;
      const operator = authenticated.value;
      const { operators } = pulledOperators(this.#outbox);
      const localData = await this.#localKey.enter(operator, password, operators);
      // The shift of the one before ends here.
      if (localData) this.#outbox.history.keepOnly(operator.id);
      this.#session = { id: operator.id, name: operator.name, role: operator.role, localData };
      return done(this.#session);
    });
  }

  /** `shiftEnds` false: the same person comes back (a screen that locked itself), and finds the shift's history again. @throws CodedError STORAGE_*: the history could not be deleted; nobody is signed in all the same */
  signOut(shiftEnds = true): void {
    const open = this.#session !== undefined;
    this.#session = undefined;
    if (this.required) this.#outbox.local.lock();
    if (open && shiftEnds) this.#outbox.history.clear();
  }

  /** ROLE_REQUIRED, SIGN_IN_REQUIRED; undefined: a terminal without operators, where nobody signs in. */
  require(task: Task): Outcome<Session | undefined> {
    if (this.#session === undefined) return this.required ? failed('SIGN_IN_REQUIRED') : done(undefined);
    return may(this.#session.role, task) ? done(this.#session) : failed('ROLE_REQUIRED', task);
  }

  /** Who these credentials belong to, for one task and without a session. ROLE_REQUIRED, and the refusals of a sign-in. */
  identify(task: Task, id: string, password: string): Promise<Outcome<{ readonly id: string; readonly role: OperatorRole }>> {
    return this.#inTurn(async (): Promise<Outcome<{ readonly id: string; readonly role: OperatorRole }>> => {
      const authenticated = await this.#authenticate(id, password);
      if (!authenticated.ok) return authenticated;
      const { role } = authenticated.value;
      return may(role, task) ? done({ id, role }) : failed('ROLE_REQUIRED', task);
    });
  }

  /** Another person, whose role may approve, with the own password. APPROVAL_REQUIRED, and the refusals of a sign-in. */
  approve(task: Task, approverId: string, approverPassword: string, sessionOperator: string): Promise<Outcome<Approval>> {
    return this.#inTurn(async (): Promise<Outcome<Approval>> => {
      if (approverId === sessionOperator) return failed('APPROVAL_REQUIRED', 'the same person');
      const authenticated = await this.#authenticate(approverId, approverPassword);
      if (!authenticated.ok) return authenticated;
      if (!mayApprove(authenticated.value.role)) return failed('APPROVAL_REQUIRED', 'role');
      return done({ task, requestedBy: sessionOperator, approvedBy: approverId, at: this.#clocks.now() });
    });
  }

  /** Ends a colleague's lock-out. False: there was none. ROLE_REQUIRED, SIGN_IN_REQUIRED */
  unlock(id: string): Outcome<boolean> {
    const allowed = this.require('unlock');
    return allowed.ok ? done(this.#attempts.clear(id)) : allowed;
  }

  /** After a pull: a session whose operator is gone, disabled or has another role ends, and leavers lose the local key. A new password counts from the next sign-in. */
  refresh(): void {
    const { operators } = pulledOperators(this.#outbox);
    const session = this.#session;
    if (session === undefined) {
      if (this.required) this.#outbox.local.lock();
      return;
    }
    const entry = operators.find(({ id }) => id === session.id);
    if (!this.#outbox.local.locked) this.#localKey.shedLeavers(operators);
    if (entry === undefined || entry.disabled || entry.role !== session.role) this.signOut();
  }

  /**
   * Gives up local data that nobody who is here can open: half-written cards are accounted for as spoiled, drafts and own records are deleted, records in the
   * queue are untouched. The number of spoiled cards. SIGN_IN_REQUIRED, ROLE_REQUIRED, STATE_NOT_ALLOWED: it is open
   */
  discardLocalData(): Outcome<number> {
    const allowed = this.require('discard-local-data');
    if (!allowed.ok) return allowed;
    const session = allowed.value;
    if (session === undefined || session.localData) return failed('STATE_NOT_ALLOWED', 'the local data is open');
    const { journal } = this.#outbox;
    const serials = journal.serials();
    for (const serial of serials) journal.spoil(serial, { type: 'spoiled', serial, reason: 'local data discarded', by: session.id, at: this.#clocks.now() });
    this.#localKey.beginAnew(pulledOperators(this.#outbox).operators);
    this.#session = { ...session, localData: true };
    return done(serials.length);
  }

  /** Unknown, disabled and wrong cost one verification alike; a lock costs none, and says so. */
  async #authenticate(id: string, password: string): Promise<Outcome<OperatorEntry>> {
    const { operators, pulledAt } = pulledOperators(this.#outbox);
    const { lockout, operatorOfflineDays } = terminalRules(this.#outbox);
    const time = this.#attempts.latest(pulledAt, Math.max(this.#clocks.now(), this.#outbox.knownTime()));
    if (operators.length > 0 && time - pulledAt > operatorOfflineDays * day) return failed('OPERATORS_STALE');
    const operator = operators.find((each) => each.id === id);
    if (operator === undefined) {
      await passwordMatches(password, verifierOfNobody);
      return failed('OPERATOR_UNKNOWN');
    }
    const locked = this.#attempts.begin(id, lockout, operators.map((each) => each.id));
    if (locked > 0) return failed('OPERATOR_LOCKED', `${locked} s`);
    if (!(await passwordMatches(password, operator.verifier))) return this.#attempts.isLocked(id) ? failed('OPERATOR_LOCKED', `${lockout.seconds} s`) : failed('OPERATOR_PASSWORD_WRONG');
    this.#attempts.clear(id);
    // Told only to who knows the password.
    return operator.disabled ? failed('OPERATOR_DISABLED') : done(operator);
  }

  /** One sign-in or approval after the other: their counts and copies are read and written around the waiting. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
