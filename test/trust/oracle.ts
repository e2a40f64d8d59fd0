/**
 * What has to be told about one user, by the rules of the design and nothing else: written without the function's own
 * code, so that both would have to make the same mistake.
 */

/** The truth about one user at the time of a run. */
export interface Truth {
  /** The ids of the active keys, joined; undefined unless there is more than one. */
  readonly failingWith: string | undefined;
  readonly newestKey: Date | undefined;
}

/** What the check can know of what it told before; it lives in the finding only. */
export interface Memory {
  readonly last: 'nothing' | 'failing' | 'resolved';
  readonly at: number;
  /** The keys that were told; undefined once the user was resolved since, so that another failure is news. */
  readonly keys: string | undefined;
}

/** The finding of a user as a run sees it. */
export interface View {
  readonly state: 'none' | 'open' | 'archived';
  readonly workflow: string;
  readonly memory: Memory;
}

export interface Rules {
  readonly reminderDays: number;
  readonly rotationGraceDays: number;
}

export type Telling = 'nothing' | 'new' | 'still-open' | 'resolved';

export const NOTHING_TOLD: Memory = { last: 'nothing', at: 0, keys: undefined };

const DAY = 24 * 60 * 60 * 1000;

/** Clocks differ by minutes, so that around a boundary either is right. */
const BLUR = 15 * 60 * 1000;

/** What a healthy run has to tell: one thing, or either of two where a boundary is too close to call. */
export function owed(truth: Truth, view: View, rules: Rules, now: Date): readonly Telling[] {
  if (view.workflow === 'SUPPRESSED' && view.state !== 'none') return ['nothing'];
  if (truth.failingWith === undefined) {
    return view.state !== 'none' && view.memory.last === 'failing' ? ['resolved'] : ['nothing'];
  }
  const graceLeft = (truth.newestKey?.getTime() ?? 0) + rules.rotationGraceDays * DAY - now.getTime();
  if (rules.rotationGraceDays > 0 && graceLeft > BLUR) return ['nothing'];
  const due = ofFailure(truth.failingWith, view, rules, now);
  return rules.rotationGraceDays > 0 && graceLeft > -BLUR ? ['nothing', ...due] : due;
}

/** What the finding remembers once a healthy run has told this and recorded it. */
export function remembered(truth: Truth, { state, memory }: View, told: Telling, now: Date): Memory {
  const isFailing = truth.failingWith !== undefined;
  if (told !== 'nothing')
    return { last: isFailing ? 'failing' : 'resolved', at: now.getTime(), keys: truth.failingWith };
  if (state === 'none') return NOTHING_TOLD;
  return isFailing && state === 'archived' ? { ...memory, keys: undefined } : memory;
}

function ofFailure(keys: string, { state, workflow, memory }: View, rules: Rules, now: Date): readonly Telling[] {
  if (state !== 'open' || memory.last !== 'failing' || memory.keys !== keys) return ['new'];
  if (rules.reminderDays === 0 || workflow === 'NOTIFIED') return ['nothing'];
  // "7 days have passed, give or take half a day": the check runs once a day, so that this never is a close call.
  const days = (now.getTime() - memory.at) / DAY - rules.reminderDays;
  if (days > -0.25) return ['still-open'];
  return days < -0.75 ? ['nothing'] : ['nothing', 'still-open'];
}
