import { enableSecurityHub, isNotEnabled } from './advice/commands.ts';
import { count, firstOf, plainName, reasonOf } from './advice/plain.ts';
import { newsIn, tally } from './alerts/alert.ts';
import { compose, type Message } from './alerts/message.ts';
import { type Action, isOpen, reconcile, withoutFindings } from './check/reconcile.ts';
import type { Config } from './config.ts';
import { toFinding } from './findings/asff.ts';
import type { FindingStore, Refusal } from './findings/security-hub.ts';
import { type Gathered, gather, type Sources } from './gather.ts';
import { UsersNotListed } from './inventory/iam.ts';
import type { Summary } from './summary.ts';

/** What a run needs from outside. */
export interface Ports extends Sources {
  readonly findings: FindingStore;
  readonly publish: (message: Message) => Promise<void>;
  /** Milliseconds since the run began. */
  readonly elapsed: () => number;
}

/** Users or findings named in one problem; each of them has a log line of its own. */
const NAMED = 5;

/**
 * One run: gather, diagnose, reconcile, tell, record. Resolves with a summary whose `problems` say what could not be
 * looked at, alerted or recorded. If the users could not be listed to the end, nothing is alerted or recorded at all.
 */
export async function runCheck(config: Config, ports: Ports, now: Date): Promise<Summary> {
  const run = { account: config.account, region: config.region, startedAt: now.toISOString() };
  try {
    const done = await check(config, ports, now);
    return { ...run, durationMs: ports.elapsed(), ...done };
  } catch (error) {
    if (!(error instanceof UsersNotListed)) throw error;
    return { ...run, durationMs: ports.elapsed(), ...NOTHING_DONE, problems: [error.message] };
  }
}

type Done = Omit<Summary, 'account' | 'region' | 'startedAt' | 'durationMs'>;

const NOTHING_DONE: Omit<Done, 'problems'> = {
  users: { listed: 0, read: 0, passedByReport: 0, failing: 0, unreadable: 0 },
  reportOf: undefined,
  findings: { opened: 0, reopened: 0, refreshed: 0, resolved: 0, refused: 0 },
  alerts: { published: false, new: 0, stillOpen: 0, resolved: 0 },
};

async function check(config: Config, ports: Ports, now: Date): Promise<Done> {
  const { inspections, stored, unrecorded, narrowed } = await gather(config, ports, now);
  const failing = inspections.filter(({ status }) => status === 'FAILED').length;
  const unreadable = unreadableIn(inspections);
  const listed = inspections.length;

  const actions = unrecorded === undefined ? reconcile(inspections, stored, config, now) : withoutFindings(inspections);

  const items = newsIn(actions);
  const alert = { config, at: now, items, failing, listed, narrowed, unreadable, unrecorded };
  const unpublished = items.length > 0 ? await failureOf(() => ports.publish(compose(alert))) : undefined;
  const published = items.length > 0 && unpublished === undefined;

  const recorded = unrecorded === undefined ? actions : [];
  const refused = await ports.findings.importAll(recorded.map((action) => toFinding(action, config, published, now)));

  for (const user of unreadable) ports.warn({ message: 'keys of a user could not be read', ...user });
  for (const refusal of refused) ports.warn({ message: 'finding was not recorded', ...refusal });
  const passedByReport = narrowed?.users ?? 0;
  const read = listed - unreadable.length - passedByReport;
  return {
    users: { listed, read, passedByReport, failing, unreadable: unreadable.length },
    reportOf: narrowed?.asOf.toISOString(),
    findings: { ...changes(recorded), refused: refused.length },
    alerts: { published, ...tally(items) },
    problems: [
      ...unreadableUsers(unreadable, listed),
      ...(unrecorded === undefined
        ? []
        : [`findings could not be read, so nothing was recorded: ${unrecorded}${hint([unrecorded], config)}`]),
      ...(unpublished === undefined ? [] : [`the alert could not be published, the next run tells it: ${unpublished}`]),
      ...refusedFindings(refused, recorded.length, config),
    ],
  };
}

function unreadableIn(inspections: Gathered['inspections']) {
  return inspections.flatMap((each) =>
    each.status === 'NOT_AVAILABLE' ? [{ userName: each.user.userName, reason: each.reason }] : [],
  );
}

async function failureOf(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function changes(actions: readonly Action[]): Omit<Summary['findings'], 'refused'> {
  const failed = actions.filter((action) => action.record === 'FAILED');
  const opened = failed.filter(({ stored }) => !stored).length;
  const reopened = failed.filter(({ stored }) => stored && !isOpen(stored)).length;
  return { opened, reopened, refreshed: failed.length - opened - reopened, resolved: actions.length - failed.length };
}

function unreadableUsers(users: ReturnType<typeof unreadableIn>, listed: number): string[] {
  if (users.length === 0) return [];
  const named = users.map(({ userName, reason }) => `${plainName(userName)} (${reason})`);
  return [`${users.length} of ${count(listed, 'user')} could not be read: ${firstOf(named, NAMED)}`];
}

function refusedFindings(refused: readonly Refusal[], sent: number, config: Config): string[] {
  if (refused.length === 0) return [];
  const named = refused.map(({ id, reason }) => `${id} (${reason})`);
  return [
    `${refused.length} of ${count(sent, 'finding')} could not be recorded: ${firstOf(named, NAMED)}${hint(
      refused.map(({ reason }) => reason),
      config,
    )}`,
  ];
}

/** What to do where Security Hub says that it is not enabled. */
function hint(reasons: readonly string[], { region }: Config): string {
  return reasons.some(isNotEnabled) ? `; enable it: ${enableSecurityHub(region)}` : '';
}
