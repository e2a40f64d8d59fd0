import type { Sandbox } from '../sandbox/sandbox.ts';
import type { StoredFinding } from '../sandbox/security-hub.ts';
import { categoryOf, type Told } from './alerts-told.ts';
import type { Outcome } from './deployed.ts';
import {
  type Memory,
  NOTHING_TOLD,
  owed,
  type Rules,
  remembered,
  type Telling,
  type Truth,
  type View,
} from './oracle.ts';
import { isFailing, userIdOf } from './records.ts';

/** One invocation, or several that belong together because they overlap or follow within the lag. */
export interface Phase {
  readonly startedAt: Date;
  readonly rules: Rules;
  readonly outcomes: readonly Outcome[];
  /** What subscribers learned; the same message twice counts once, since SNS may deliver twice. */
  readonly told: readonly Told[];
  /** Whether the runs overlapped. */
  readonly isOverlapping: boolean;
  /** Whether something was made to go wrong, so that a run may fail. */
  readonly isDisturbed: boolean;
}

/**
 * What the check may remember about each user, as far as it can be told from outside. After a quiet run there is one
 * possibility; a crash, a lag or an overlap leaves several, until a later run shows which it was.
 */
export class Ledger {
  readonly #sandbox: Sandbox;
  readonly #lagMs: number;
  readonly #memories = new Map<string, readonly Memory[]>();
  #views = new Map<string, readonly View[]>();
  #stale: { readonly until: number; readonly views: ReadonlyMap<string, readonly View[]> } | undefined;
  #isStale = false;
  #findings = new Map<string, StoredFinding>();

  constructor(sandbox: Sandbox, lagMs: number) {
    this.#sandbox = sandbox;
    this.#lagMs = lagMs;
  }

  /** To be called just before a phase begins. */
  open(now: Date): void {
    this.#findings = this.#ownFindings();
    this.#isStale = this.isStale(now);
    this.#views = new Map([...this.#everybody()].map((userId) => [userId, this.#possibleViews(userId, now)]));
  }

  /** To be called just after it has ended. What cannot be explained comes back. */
  close(phase: Phase, now: Date): readonly string[] {
    const findings = this.#ownFindings();
    const problems = [...this.#everybody(), ...phase.told.map(({ userId }) => userId)].flatMap((userId) => {
      const told = phase.told.filter((each) => each.userId === userId);
      return this.#settle(userId, told, phase, findings.get(userId));
    });
    this.#stale = { until: now.getTime() + this.#lagMs, views: this.#views };
    return [...new Set(problems)];
  }

  /** Whether a phase beginning now may read what was true before the one that went before. */
  isStale(now: Date): boolean {
    return this.#lagMs > 0 && this.#stale !== undefined && now.getTime() < this.#stale.until;
  }

  /** Checks what was told about one user against what was owed, and notes what may be remembered from now on. */
  #settle(userId: string, told: readonly Told[], phase: Phase, finding: StoredFinding | undefined): readonly string[] {
    const views = this.#views.get(userId) ?? [NOTHING_SEEN];
    const truth = this.#truthOf(userId);
    const name = `${this.#sandbox.iam.users.get(userId)?.userName ?? 'deleted'} (${userId})`;
    const due = (view: View) => owed(truth, view, phase.rules, phase.startedAt);
    const wasRead = told.filter(({ news }) => news !== 'failing');
    const isQuiet = phase.outcomes.length === 1 && phase.outcomes[0]?.how === 'resolved';
    if (isQuiet) {
      const [only = 'nothing', ...more] = told.map(categoryOf) as Telling[];
      const explaining = views.filter((view) => due(view).includes(only));
      if (more.length > 0 || wasRead.length < told.length || explaining.length === 0) {
        return [`alerts: ${name} was told as ${[only, ...more].join(', ')}, but owed was ${describe(views, due)}`];
      }
      const memories = explaining.map((view) => remembered(truth, view, only, phase.startedAt));
      // Where the clock went back meanwhile, what was imported may have been too old to count.
      const kept = this.#isStale ? (this.#memories.get(userId) ?? []) : [];
      this.#memories.set(userId, finding === undefined ? [] : distinct([...memories, ...kept]));
      return [];
    }

    // What a run may see or leave behind, while others do the same.
    let possible = views;
    const problems: string[] = [];
    for (const category of ['nothing' as const, ...wasRead.map(categoryOf)]) {
      const explaining = possible.filter((view) => due(view).includes(category));
      if (category !== 'nothing' && explaining.length === 0) {
        problems.push(`alerts: ${name} was told as ${category}, but owed was ${describe(possible, due)}`);
      }
      const state = truth.failingWith === undefined ? 'archived' : 'open';
      const left = (category === 'nothing' ? possible : explaining).map((view): View => {
        return {
          ...view,
          state: view.state === 'none' && state === 'archived' ? 'none' : state,
          memory: remembered(truth, view, category, phase.startedAt),
        };
      });
      possible = distinct([...possible, ...left]);
    }
    const isMust = views.every((view) => !due(view).includes('nothing'));
    if (isMust && told.length === 0 && phase.outcomes.every(({ how }) => how === 'resolved')) {
      problems.push(`alerts: ${name} was not told, but owed was ${describe(views, due)}`);
    }
    if (told.length > phase.outcomes.length) problems.push(`alerts: ${name} was told ${told.length} times`);
    if (told.length > wasRead.length && phase.outcomes.every(({ how }) => how === 'resolved')) {
      problems.push(`alerts: ${name} was told as if findings could not be read, but no run failed`);
    }
    const isUntouched = finding === this.#findings.get(userId);
    const memories = distinct(possible.map(({ memory }) => memory));
    if (finding === undefined) this.#memories.set(userId, []);
    else if (!isUntouched) this.#memories.set(userId, memories);
    return problems;
  }

  #possibleViews(userId: string, now: Date): readonly View[] {
    const finding = this.#findings.get(userId);
    const earlier = this.isStale(now) ? (this.#stale?.views.get(userId) ?? [NOTHING_SEEN]) : [];
    if (finding === undefined) return [NOTHING_SEEN, ...earlier];
    const isOpen = finding.RecordState === 'ACTIVE' && finding.Compliance?.Status !== 'PASSED';
    const state = isOpen ? ('open' as const) : ('archived' as const);
    const memories = this.#memories.get(userId) ?? [NOTHING_TOLD];
    return distinct([
      ...(memories.length > 0 ? memories : [NOTHING_TOLD]).map((memory) => ({
        state,
        workflow: finding.Workflow?.Status ?? 'NEW',
        memory,
      })),
      ...earlier,
    ]);
  }

  #truthOf(userId: string): Truth {
    const user = this.#sandbox.iam.users.get(userId);
    const active = (user?.keys ?? []).filter(({ status }) => status === 'Active');
    if (!isFailing(user)) return { failingWith: undefined, newestKey: undefined };
    const newestKey = new Date(Math.max(...active.map(({ createDate }) => createDate.getTime())));
    return {
      failingWith: active
        .map(({ accessKeyId }) => accessKeyId)
        .toSorted()
        .join(' '),
      newestKey,
    };
  }

  #everybody(): ReadonlySet<string> {
    return new Set([...this.#sandbox.iam.users.keys(), ...this.#ownFindings().keys()]);
  }

  #ownFindings(): Map<string, StoredFinding> {
    return new Map([...this.#sandbox.securityHub.findings.values()].map((finding) => [userIdOf(finding), finding]));
  }
}

const NOTHING_SEEN: View = { state: 'none', workflow: 'NEW', memory: NOTHING_TOLD };

function describe(views: readonly View[], due: (view: View) => readonly Telling[]): string {
  return distinct(
    views.map((view) => `${due(view).join(' or ')} (${view.state}, ${view.workflow}, told ${view.memory.last})`),
  ).join('; or ');
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
