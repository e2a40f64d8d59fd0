import { LABELS } from '../../lambda/alerts/alert.ts';
import type { Inspection } from '../../lambda/check/reconcile.ts';
import { failingUser, iamUser, newer, usedKey } from '../builders.ts';
import { type Decide, lastMove, type Move, REMINDER_DAYS, type Run, stateOf } from './history.ts';

/** What the picture tells of the life of a finding. */
export interface Life {
  /** What stands in an open finding and in a resolved one. */
  readonly open: readonly string[];
  readonly resolved: readonly string[];
  readonly changes: readonly Change[];
  readonly cases: readonly Case[];
}

/** What becomes of a finding on which nobody but the check works. */
export interface Change {
  /** From which state to which, like `open resolved`. */
  readonly arrow: string;
  /** What the user did. */
  readonly when: string;
  /** The word that the alert about it starts with, if there is one. */
  readonly alert: string | undefined;
}

/** What circumstances other than those of the changes lead to. */
export interface Case {
  readonly about: string;
  /** The alerts that would be told otherwise, and are not. */
  readonly silent: readonly string[];
  /** Whether no alert at all is left. */
  readonly isAll: boolean;
  readonly isRecorded: boolean;
}

const FAILS: Run = { user: failingUser() };
const WITH_OTHER_KEYS: Run = { user: failingUser({ keys: [newer, usedKey({ id: 'AKIATHIRD00000000003' })] }) };
const MUCH_LATER: Run = { ...FAILS, daysLater: REMINDER_DAYS };
const PASSES: Run = { user: { status: 'PASSED', user: iamUser() } };
const DELETED: Run = { user: 'deleted' };
const UNREADABLE: Inspection = { status: 'NOT_AVAILABLE', user: iamUser(), reason: 'throttled' };

/** The histories whose last run is drawn, each with a word on it; resolutions say themselves why. */
const CHANGES: readonly { readonly history: readonly Run[]; readonly when?: string }[] = [
  { history: [FAILS], when: 'two or more active keys' },
  { history: [FAILS, FAILS], when: 'the same keys' },
  { history: [FAILS, MUCH_LATER], when: `${REMINDER_DAYS} days after the last alert` },
  { history: [FAILS, WITH_OTHER_KEYS], when: 'other active keys' },
  { history: [FAILS, PASSES] },
  { history: [FAILS, DELETED] },
  { history: [FAILS, PASSES, FAILS], when: 'two or more active keys again' },
];

/** A history for each kind of alert; the finding is there already, since only then somebody can have worked on it. */
const ALERTS: readonly { readonly past: readonly Run[]; readonly run: Run }[] = [
  { past: [{ ...FAILS, unpublished: true }], run: FAILS },
  { past: [FAILS, PASSES], run: FAILS },
  { past: [FAILS], run: WITH_OTHER_KEYS },
  { past: [FAILS], run: MUCH_LATER },
  { past: [FAILS], run: PASSES },
];

/** What may be different about a run. */
const CASES: readonly { readonly about: string; readonly runs: (run: Run) => readonly Run[] }[] = [
  { about: 'the workflow status is NOTIFIED', runs: (run) => [{ ...run, workflow: 'NOTIFIED' }] },
  { about: 'a person has set it to RESOLVED', runs: (run) => [{ ...run, workflow: 'RESOLVED' }] },
  { about: 'it is SUPPRESSED', runs: (run) => [{ ...run, workflow: 'SUPPRESSED' }] },
  { about: 'a rotation is within its grace', runs: (run) => [{ ...run, user: inGrace(run.user) }] },
  { about: 'the keys could not be read', runs: (run) => [{ ...run, user: UNREADABLE }] },
  {
    about: 'the run before could not send them',
    runs: (run) => [
      { ...run, unpublished: true },
      { ...run, daysLater: 1 },
    ],
  },
];

/** Computes the life of a finding from histories, by the decisions of the check or those of a test. */
export function lifeOf(decide?: Decide): Life {
  const moves = CHANGES.map(({ history, when }) => ({ when, move: lastMove(history, decide) }));
  return {
    open: contentOf(lastMove([FAILS], decide)),
    resolved: contentOf(lastMove([FAILS, PASSES], decide)),
    changes: moves.map(({ when, move }) => ({
      arrow: arrowOf(move),
      when: when ?? reasonIn(move),
      alert: alertOf(move),
    })),
    cases: CASES.map(({ about, runs }) => {
      const each = ALERTS.map(({ past, run }) => ({
        usual: alertOf(lastMove([...past, run], decide)),
        move: lastMove([...past, ...runs(run)], decide),
      }));
      const silent = each.flatMap(({ usual, move }) => (usual !== undefined && !move.news ? [usual] : []));
      const isRecorded = each.every(({ move }) => move.recorded !== undefined);
      return { about, silent, isAll: silent.length === ALERTS.length, isRecorded };
    }),
  };
}

/** The states before and after a move. */
export function arrowOf({ before, after }: Move): string {
  return `${stateOf(before)} ${stateOf(after)}`;
}

/** The word that the alert about a move starts with. */
export function alertOf({ news }: Move): string | undefined {
  return news && LABELS[news];
}

function contentOf({ recorded }: Move): string[] {
  const { Compliance, RecordState, FindingProviderFields } = recorded ?? {};
  return [Compliance?.Status, RecordState, FindingProviderFields?.Severity?.Label].map((value) => value ?? 'nothing');
}

function reasonIn({ recorded }: Move): string {
  return recorded?.Compliance?.StatusReasons?.map(({ Description }) => Description).join(', ') ?? 'for no reason';
}

/** The same user, if it fails, while the newest key is young enough to belong to a rotation. */
function inGrace(user: Run['user']): Run['user'] {
  if (user === 'deleted' || user.status !== 'FAILED') return user;
  return failingUser({ keys: user.keys, rotationGraceDays: 1_000 });
}
