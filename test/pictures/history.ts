import type { AwsSecurityFinding, WorkflowStatus } from '@aws-sdk/client-securityhub';
import { DAY } from '../../lambda/check/access-key.ts';
import { type Action, type Inspection, isOpen, reconcile, type StoredFinding } from '../../lambda/check/reconcile.ts';
import { SETTINGS } from '../../lambda/config.ts';
import { toFinding } from '../../lambda/findings/asff.ts';
import { toStored } from '../../lambda/findings/stored-finding.ts';
import { NOW, ORIGIN } from '../builders.ts';

/** Where a finding stands. */
export type State = 'none' | 'open' | 'resolved';

/** One run of the check, as far as it is about one user. */
export interface Run {
  readonly user: Inspection | 'deleted';
  /** Days since the run before, one if nothing is said. */
  readonly daysLater?: number;
  /** What somebody set in Security Hub before the run. */
  readonly workflow?: WorkflowStatus;
  /** Whether SNS did not take the message. */
  readonly unpublished?: boolean;
}

/** What a run did to the finding of one user: from the one stored before to the one stored after. */
export interface Move {
  readonly at: Date;
  readonly before: StoredFinding | undefined;
  readonly after: StoredFinding | undefined;
  /** What was imported, if anything. */
  readonly recorded: AwsSecurityFinding | undefined;
  readonly news: Action['news'];
}

/** How the check decides: `reconcile`, unless a test wants to see what another would lead to. */
export type Decide = typeof reconcile;

/** How long an open finding waits for its reminder. */
export const REMINDER_DAYS = SETTINGS.reminderDays.fallback;

/** Before the first run. */
export const BEGINNING: Move = {
  at: NOW,
  before: undefined,
  after: undefined,
  recorded: undefined,
  news: undefined,
};

/** The last move of a history that starts with nothing. */
export function lastMove(history: readonly Run[], decide: Decide = reconcile): Move {
  return history.reduce((move, run) => next(move, run, decide), BEGINNING);
}

/** What one more run does: reconciled, worded and read back by the code of the check. */
export function next(
  { at: before, after: left }: Move,
  { user, daysLater = 1, workflow, unpublished = false }: Run,
  decide: Decide = reconcile,
): Move {
  const at = new Date(before.getTime() + daysLater * DAY);
  const stored = left && workflow ? { ...left, workflow } : left;
  const inspections = user === 'deleted' ? [] : [user];
  const [action, ...others] = decide(inspections, stored ? [stored] : [], { reminderDays: REMINDER_DAYS }, at);
  if (others.length > 0) throw new Error('more than one thing follows for one user');
  if (!action) return { at, before: stored, after: stored, recorded: undefined, news: undefined };
  const recorded = toFinding(action, ORIGIN, !unpublished, at);
  const after = toStored({ ...recorded, Workflow: { Status: stored?.workflow ?? 'NEW' } }, ORIGIN);
  return { at, before: stored, after, recorded, news: action.news };
}

export function stateOf(stored: StoredFinding | undefined): State {
  if (!stored) return 'none';
  return isOpen(stored) ? 'open' : 'resolved';
}
