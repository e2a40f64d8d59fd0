import type { AwsSecurityFinding, ComplianceStatus, RecordState, WorkflowStatus } from '@aws-sdk/client-securityhub';
import { DAY, type IamUser, type Tag, type TwoOrMore, type UsedKey } from './access-key.ts';
import type { Diagnosis } from './diagnose.ts';

/** What the findings of this check are recognised by, together with the product and the account. */
export const GENERATOR_ID = 'aws-iam-009';

/** The id of a user's finding: stable across runs and renames, while a user re-created under an old name gets another. */
export function findingId(account: string, userId: string): string {
  return `${GENERATOR_ID}/${account}/${userId}`;
}

/** A failing user with everything that is said about it. `keys` are the active ones, oldest first. */
export interface FailingUser {
  readonly status: 'FAILED';
  readonly user: IamUser;
  readonly keys: TwoOrMore<UsedKey>;
  /** Undefined when the tags could not be read. */
  readonly tags: readonly Tag[] | undefined;
  readonly diagnosis: Diagnosis;
}

/** What this run knows about one user that exists, or that may exist. */
export type Inspection =
  | { readonly status: 'PASSED'; readonly user: IamUser }
  | { readonly status: 'NOT_AVAILABLE'; readonly user: Pick<IamUser, 'userId' | 'userName'>; readonly reason: string }
  | FailingUser;

/**
 * What was last alerted about a user, kept in its finding. `activeKeyIds` is empty when the failure that was told
 * is not the present one: the user was resolved and failed again since.
 */
export interface Told {
  readonly status: 'FAILED' | 'PASSED';
  readonly at: Date;
  readonly activeKeyIds: readonly string[];
}

/** One of our findings as Security Hub holds it. Times are its own ISO 8601 strings, kept to the letter. */
export interface StoredFinding {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly createdAt: string;
  readonly firstObservedAt: string;
  readonly lastObservedAt: string;
  readonly updatedAt: string;
  readonly recordState: RecordState;
  readonly compliance: ComplianceStatus;
  readonly workflow: WorkflowStatus;
  readonly told: Told | undefined;
  readonly body: AwsSecurityFinding;
}

/**
 * Why a failing user is alerted. The first three are news in the strict sense; `failing` is said when our findings could
 * not be read, so that nobody knows whether it is.
 */
export type NewsOfFailure = 'new' | 'failing-again' | 'keys-changed' | 'still-open' | 'failing';

/** What is to be recorded about one user, and told if `news` says so. `told` is what had been told before. */
export type Action =
  | {
      readonly record: 'FAILED';
      readonly failing: FailingUser;
      readonly stored: StoredFinding | undefined;
      readonly told: Told | undefined;
      readonly news: NewsOfFailure | undefined;
    }
  | {
      readonly record: 'PASSED';
      readonly stored: StoredFinding;
      /** The user's name now, or its last one. */
      readonly userName: string;
      readonly reason: ResolutionReason;
      readonly told: Told | undefined;
      readonly news: 'resolved' | undefined;
    };

export type ResolutionReason = 'key deactivated or deleted' | 'user deleted';

/**
 * Decides what to record and what to tell: one comparison of what is true now with what is stored and what was told.
 * A stored finding whose user is not among the inspections belongs to a deleted user, so these must be complete.
 * `reminderDays` of 0 means no reminders. Nothing follows for a user that could not be read.
 */
export function reconcile(
  inspections: readonly Inspection[],
  findings: readonly StoredFinding[],
  { reminderDays }: { readonly reminderDays: number },
  now: Date,
): readonly Action[] {
  const stored = new Map(findings.map((finding) => [finding.userId, finding]));
  return [
    ...inspections.flatMap((inspection) => {
      const finding = stored.get(inspection.user.userId);
      if (inspection.status === 'FAILED') return [onFailed(inspection, finding, reminderDays, now)];
      if (inspection.status !== 'PASSED' || !finding) return [];
      return onPassed(finding, 'key deactivated or deleted', inspection.user.userName);
    }),
    ...deletedIn(inspections, findings).flatMap((finding) => onPassed(finding, 'user deleted', finding.userName)),
  ];
}

/** The findings of users who seem to be deleted, as far as something follows from it. */
export function deletedIn(
  inspections: readonly Inspection[],
  findings: readonly StoredFinding[],
): readonly StoredFinding[] {
  const existing = new Set(inspections.map(({ user }) => user.userId));
  return findings.filter(
    (finding) => !existing.has(finding.userId) && onPassed(finding, 'user deleted', finding.userName).length > 0,
  );
}

/** What stands as told once a run is over: what it told now, if its message really went out, else what had been told before. */
export function toldAfter(action: Action, published: boolean, now: Date): Told | undefined {
  if (!published || !action.news) return action.told;
  const activeKeyIds = action.record === 'FAILED' ? action.failing.keys.map(({ id }) => id) : [];
  return { status: action.record, at: now, activeKeyIds };
}

/** What to tell when our findings could not be read: every failing user, whatever was told or suppressed before. */
export function withoutFindings(inspections: readonly Inspection[]): readonly Action[] {
  const failing = inspections.filter((inspection) => inspection.status === 'FAILED');
  return failing.map((user) => ({
    record: 'FAILED',
    failing: user,
    stored: undefined,
    told: undefined,
    news: 'failing',
  }));
}

function onFailed(failing: FailingUser, stored: StoredFinding | undefined, reminderDays: number, now: Date): Action {
  const relapsed = stored !== undefined && !isOpen(stored);
  const told = relapsed && stored.told?.status === 'FAILED' ? { ...stored.told, activeKeyIds: [] } : stored?.told;
  const held = stored?.workflow === 'SUPPRESSED' || failing.diagnosis.cause === 'rotation-in-progress';
  const reminders = stored?.workflow === 'NOTIFIED' ? 0 : reminderDays;
  return { record: 'FAILED', failing, stored, told, news: held ? undefined : newsOf(failing, told, reminders, now) };
}

function newsOf(
  { keys }: FailingUser,
  told: Told | undefined,
  reminderDays: number,
  now: Date,
): NewsOfFailure | undefined {
  if (!told) return 'new';
  if (told.status === 'PASSED' || told.activeKeyIds.length === 0) return 'failing-again';
  if (
    !sameMembers(
      told.activeKeyIds,
      keys.map(({ id }) => id),
    )
  )
    return 'keys-changed';
  // Half a day of slack: a reminder due on the 7th day is not put off to the 8th because the schedule ran a minute early.
  const due = told.at.getTime() + (reminderDays - 0.5) * DAY;
  return reminderDays > 0 && now.getTime() >= due ? 'still-open' : undefined;
}

function onPassed(stored: StoredFinding, reason: ResolutionReason, userName: string): Action[] {
  const untold = stored.told?.status === 'FAILED' && stored.workflow !== 'SUPPRESSED';
  if (stored.recordState === 'ARCHIVED' && !untold) return [];
  return [{ record: 'PASSED', stored, userName, reason, told: stored.told, news: untold ? 'resolved' : undefined }];
}

/** Open for a user that fails: a finding that someone marked RESOLVED while the keys are active is open all the same. */
export function isOpen({ recordState, compliance }: StoredFinding): boolean {
  return recordState === 'ACTIVE' && compliance !== 'PASSED';
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}
