import type { Fault } from '../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { StoredFinding } from '../sandbox/security-hub.ts';
import { toldIn } from './alerts-told.ts';
import { type CallId, keyOf } from './calls.ts';
import { apply, populate } from './changes.ts';
import type { Deployed, Outcome, Settings } from './deployed.ts';
import { kindsFor } from './fault-kinds.ts';
import type { Day, History, OneOffFault } from './history.ts';
import { afterPhase } from './history-laws.ts';
import { Ledger, type Phase } from './ledger.ts';
import { watchRecords } from './records.ts';
import { turnTo } from './snapshot.ts';
import { accountTime, setTime, until } from './virtual-time.ts';

const START = Date.parse('2026-03-02T06:00:00Z');
const HOUR = 60 * 60 * 1000;

/** What came of a history: what was wrong, and what happened up to there. */
export interface PlayedHistory {
  readonly violations: readonly string[];
  readonly runs: number;
  /** How often runs ended how, and what was told how often. */
  readonly tallies: Readonly<Record<string, number>>;
  readonly story: readonly string[];
}

/** The day after the last one, on which everything is well: whatever is still owed has to be told then. */
const LAST: Day = {
  after: 1,
  changes: [],
  invoked: { how: 'once' },
  skewMinutes: 0,
  fault: undefined,
  down: undefined,
  settings: undefined,
};

/** Plays a history up to its end, or to the first day on which something is wrong. */
export async function playDays(deployed: Deployed, history: History): Promise<PlayedHistory> {
  setTime(new Date(START - 24 * HOUR));
  const sandbox = await startSandbox({ clock: accountTime, pageSize: history.pageSize });
  try {
    sandbox.securityHub.lagMs = history.lagSeconds * 1000;
    populate(sandbox, history.users, accountTime());
    const play = new Play(deployed, sandbox, history);
    for (const day of [...history.days, LAST]) {
      await play.day(day);
      if (play.violations.length > 0) break;
    }
    return play;
  } finally {
    await sandbox.close();
  }
}

class Play implements PlayedHistory {
  readonly violations: string[] = [];
  readonly story: string[] = [];
  readonly tallies: Record<string, number> = {};
  runs = 0;
  readonly #deployed: Deployed;
  readonly #sandbox: Sandbox;
  readonly #ledger: Ledger;
  #time = START - 24 * HOUR;
  #rules = { reminderDays: 7, rotationGraceDays: 0 };

  constructor(deployed: Deployed, sandbox: Sandbox, { lagSeconds }: History) {
    this.#deployed = deployed;
    this.#sandbox = sandbox;
    this.#ledger = new Ledger(sandbox, lagSeconds * 1000);
    watchRecords(sandbox, this.violations);
  }

  /** People act in the evening; the check runs the next morning. */
  async day(day: Day): Promise<void> {
    this.#time += day.after * 24 * HOUR;
    await turnTo(new Date(this.#time - 12 * HOUR));
    const done = day.changes.map((change) => apply(change, this.#sandbox)).filter((what) => what !== undefined);
    this.#rules = day.settings ?? this.#rules;
    await turnTo(new Date(this.#time));
    this.#sandbox.securityHub.expire();
    this.story.push(`${accountTime().toISOString()} ${[...done, ...circumstances(day)].join('; ') || 'a quiet day'}`);
    this.#sandbox.securityHub.enabled = day.down !== 'Security Hub';
    const { invoked } = day;
    if (invoked.how === 'not') return;
    const down: Fault[] = day.down === 'SNS' ? [{ operation: 'Publish', kind: 'deny' }] : [];
    await this.#phase(day, down);
    if (invoked.how !== 'twice') return;
    await turnTo(new Date(Math.max(accountTime().getTime(), this.#time + invoked.afterMs)));
    await this.#phase({ ...day, skewMinutes: 0, fault: undefined }, down);
  }

  async #phase(day: Day, down: readonly Fault[]): Promise<void> {
    const { faults, sns, securityHub } = this.#sandbox;
    faults.splice(0, faults.length, ...down);
    securityHub.refuse = () => undefined;
    sns.published.length = 0;
    const before = new Map<string, StoredFinding>(securityHub.findings);
    const startedAt = accountTime();
    const isStale = this.#ledger.isStale(startedAt);
    this.#ledger.open(startedAt);
    const outcomes = await this.#invoke(day);
    this.runs += outcomes.length;
    for (const { how } of outcomes) this.#count(how);
    const messages = [...new Map(sns.published.map((published) => [published.message, published])).values()];
    const phase: Phase = {
      startedAt,
      rules: this.#rules,
      outcomes,
      told: toldIn(messages),
      isOverlapping: outcomes.length > 1,
      isDisturbed: day.down !== undefined || day.fault !== undefined,
    };
    this.story.push(...tellPhase(phase));
    for (const { news } of phase.told) this.#count(`told as ${news}`);
    this.violations.push(
      ...this.#ledger.close(phase, accountTime()),
      ...afterPhase({
        sandbox: this.#sandbox,
        phase,
        before,
        isStale,
        isBlind: day.down === 'Security Hub' && !day.fault,
      }),
    );
  }

  #count(what: string): void {
    this.tallies[what] = (this.tallies[what] ?? 0) + 1;
  }

  async #invoke(day: Day): Promise<readonly Outcome[]> {
    const { invoked, skewMinutes, fault } = day;
    const settings: Settings = {
      REMINDER_DAYS: String(this.#rules.reminderDays),
      ROTATION_GRACE_DAYS: String(this.#rules.rotationGraceDays),
    };
    let other: Promise<Outcome> | undefined;
    if (invoked.how === 'overlapping') {
      this.#sandbox.faults.push({
        operation: invoked.operation,
        nth: invoked.nth,
        times: 1,
        kind: { delayMs: 5_000 },
        onHit: () => {
          other = this.#deployed.start(this.#sandbox, { settings });
        },
      });
    }
    const first = await this.#deployed.run(this.#sandbox, {
      settings,
      skewMs: skewMinutes * 60_000,
      onStart: (invocation) => fault && installFault(this.#sandbox, fault, () => invocation.kill('killed')),
    });
    return other === undefined ? [first] : [first, await until(other)];
  }
}

/** A fault for whichever call turns out to be the n-th of an operation. */
function installFault(sandbox: Sandbox, { operation, nth, kind }: OneOffFault, kill: () => void): void {
  const call = {
    operation,
    subject: '',
    key: 'not known yet',
    occurrence: 1,
    isTruncated: false,
    hasItems: true,
    label: operation,
  };
  let seen = 0;
  sandbox.faults.push({
    operation,
    kind: { delayMs: 0 },
    when: (request) => {
      seen += 1;
      if (seen === nth) Object.assign(call, { key: keyOf(request) });
      return false;
    },
  });
  const kinds = kindsFor(call);
  kinds[kind % kinds.length]?.install(sandbox, call satisfies CallId, kill);
}

function circumstances({ after, invoked, skewMinutes, fault, down, settings }: Day): readonly string[] {
  const kinds =
    fault && kindsFor({ ...fault, subject: '', key: '', occurrence: 1, isTruncated: false, hasItems: true, label: '' });
  return [
    ...(after > 1 ? [`${after} days later`] : []),
    ...(settings ? [`settings ${JSON.stringify(settings)}`] : []),
    ...(down ? [`${down} is down`] : []),
    ...(fault && kinds ? [`call ${fault.nth} of ${fault.operation}: ${kinds[fault.kind % kinds.length]?.name}`] : []),
    ...(skewMinutes === 0 ? [] : [`the function's clock is ${skewMinutes} minutes off`]),
    ...(invoked.how === 'once' ? [] : [`invoked ${JSON.stringify(invoked)}`]),
  ];
}

function tellPhase({ outcomes, told }: Phase): readonly string[] {
  const news = told.map(({ userName, news }) => `${userName} (${news})`).join(', ') || 'nothing';
  return [
    `    ${outcomes.map(({ how, why }) => `${how}${why && ` (${why.slice(0, 150)})`}`).join(' and ')}; told ${news}`,
  ];
}
