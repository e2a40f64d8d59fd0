import { reasonOf } from './advice/plain.ts';
import type { AccessKey, IamUser, TwoOrMore, UsedKey } from './check/access-key.ts';
import { diagnose } from './check/diagnose.ts';
import { evaluate } from './check/evaluate.ts';
import { type CredentialReport, type Narrowing, safelyPassed } from './check/narrow.ts';
import { deletedIn, type Inspection, type StoredFinding } from './check/reconcile.ts';
import type { Config } from './config.ts';
import type { FindingStore } from './findings/security-hub.ts';
import { type Inventory, UsersNotListed } from './inventory/iam.ts';

/** The settings that reading and diagnosing depend on. */
export type GatherSettings = Pick<Config, 'sweep' | 'rotationGraceDays' | 'unusedAfterDays'>;

/** What gathering needs from outside. */
export interface Sources {
  readonly inventory: Inventory;
  readonly findings: Pick<FindingStore, 'list'>;
  /** Whether reading has to stop, so that time is left to tell and record what is known. */
  readonly outOfTime: () => boolean;
  /** A number from 0 up to 1: where in the list of users to begin. */
  readonly random: () => number;
  readonly warn: (entry: object) => void;
}

const OUT_OF_TIME = 'the time for reading ran out';

/** Users read at the same time. The SDK's adaptive mode slows down by itself where IAM asks for it. */
const CONCURRENCY = 16;

/** Everything that a run rests on. `unrecorded` is why our findings could not be read, if so. */
export interface Gathered {
  readonly inspections: readonly Inspection[];
  readonly stored: readonly StoredFinding[];
  readonly unrecorded: string | undefined;
  readonly narrowed: Narrowing | undefined;
}

/** Above this number of users the credential report is worth its few calls and its age. */
const VERY_LARGE = 1_000;

/** IAM makes a new report on request once the last one is four hours old; one that is older than this was not made for us. */
const OLDEST_REPORT = 5 * 60 * 60 * 1000;

/**
 * Reads our findings, every user and its keys, and diagnoses those that fail.
 * @throws when the users could not be listed to the end: nothing can be concluded from a part of them
 */
export async function gather(config: GatherSettings, sources: Sources, now: Date): Promise<Gathered> {
  const [listed, { stored, unrecorded }] = await Promise.all([sources.inventory.listUsers(), readFindings(sources)]);
  // Pages are read at different times, so that a user may come twice.
  const users = [...new Map(listed.map((user) => [user.userId, user])).values()];
  const inspectAll = async (some: readonly IamUser[]) => {
    const inspected = await inParallel(some, (user) => inspect(user, { config, sources, now }));
    return inspected.filter((inspection) => inspection !== 'deleted');
  };
  const report = config.sweep === 'auto' && users.length > VERY_LARGE ? await usableReport(sources, now) : undefined;
  const passed = report ? safelyPassed(users, report, stored) : new Set<string>();
  const live = users.filter(({ userId }) => !passed.has(userId));
  const inspections: readonly Inspection[] = [
    ...users.filter(({ userId }) => passed.has(userId)).map((user) => ({ status: 'PASSED', user }) as const),
    ...(await inspectAll(inReadingOrder(live, stored, sources.random()))),
  ];
  const narrowed = report && { asOf: report.generatedAt, users: passed.size };

  const doubtful = await confirmDeletions(inspections, stored, inspectAll, sources);
  return { inspections: [...inspections, ...doubtful], stored, unrecorded, narrowed };
}

/**
 * Looks once more for users who seem to be deleted, since one who was renamed between two calls looks the same. Who can
 * no longer be looked for is not available, rather than deleted.
 */
async function confirmDeletions(
  inspections: readonly Inspection[],
  stored: readonly StoredFinding[],
  inspectAll: (users: readonly IamUser[]) => Promise<readonly Inspection[]>,
  { inventory, outOfTime }: Sources,
): Promise<readonly Inspection[]> {
  const gone = deletedIn(inspections, stored);
  if (gone.length === 0) return [];
  const ids = new Set(gone.map(({ userId }) => userId));
  try {
    if (outOfTime()) throw new Error(OUT_OF_TIME);
    return await inspectAll((await inventory.listUsers()).filter(({ userId }) => ids.has(userId)));
  } catch (error) {
    const cause = error instanceof UsersNotListed ? error.cause : error;
    const reason = `seems to be deleted, but could not be looked for once more: ${reasonOf(cause)}`;
    return gone.map(({ userId, userName }) => ({ status: 'NOT_AVAILABLE', user: { userId, userName }, reason }));
  }
}

async function usableReport({ inventory, warn }: Sources, now: Date): Promise<CredentialReport | undefined> {
  const report = await inventory.readReport();
  const reason = 'unreadable' in report ? report.unreadable : ageProblem(report, now);
  if ('unreadable' in report || reason !== undefined) {
    warn({ message: 'the credential report cannot be used, every user is read live', reason });
    return undefined;
  }
  return report;
}

function ageProblem({ generatedAt }: CredentialReport, now: Date): string | undefined {
  const isCurrent = Math.abs(now.getTime() - generatedAt.getTime()) <= OLDEST_REPORT;
  return isCurrent ? undefined : `it is of ${generatedAt.toISOString()}`;
}

async function readFindings({ findings }: Sources): Promise<Pick<Gathered, 'stored' | 'unrecorded'>> {
  try {
    return { stored: await findings.list(), unrecorded: undefined };
  } catch (error) {
    return { stored: [], unrecorded: reasonOf(error) };
  }
}

/** Users with an open finding first, the others from another place each run, so that nobody is starved if time runs out. */
function inReadingOrder(
  users: readonly IamUser[],
  stored: readonly StoredFinding[],
  random: number,
): readonly IamUser[] {
  const open = new Set(stored.filter(({ recordState }) => recordState === 'ACTIVE').map(({ userId }) => userId));
  const others = users.filter(({ userId }) => !open.has(userId));
  const start = Math.floor(random * others.length);
  return [...users.filter(({ userId }) => open.has(userId)), ...others.slice(start), ...others.slice(0, start)];
}

interface Circumstances {
  readonly config: GatherSettings;
  readonly sources: Sources;
  readonly now: Date;
}

async function inspect(user: IamUser, at: Circumstances, isSecondLook = false): Promise<Inspection | 'deleted'> {
  const { inventory, outOfTime, warn } = at.sources;
  if (outOfTime()) return { status: 'NOT_AVAILABLE', user, reason: OUT_OF_TIME };
  const listed = await inventory.listKeys(user);
  if (listed === 'deleted') return 'deleted';
  const evaluation = evaluate(user, listed);
  if (evaluation.status !== 'FAILED') return evaluation;

  const tags = await inventory.listTags(user);
  if (tags === 'deleted') return 'deleted';
  const [oldest, second, ...rest] = evaluation.activeKeys;
  const withUse = async (key: AccessKey) => ({ ...key, lastUse: await inventory.readLastUse(key) });
  const keys: TwoOrMore<UsedKey> = [
    await withUse(oldest),
    await withUse(second),
    ...(await inParallel(rest, withUse, 1)),
  ];
  // A key that went away meanwhile may have been one too many.
  if (!isSecondLook && keys.some(isGone)) return inspect(user, at, true);

  const { userName } = user;
  if ('unreadable' in tags) warn({ message: 'tags could not be read', userName, reason: tags.unreadable });
  for (const { id: accessKeyId, lastUse } of keys) {
    if (lastUse.kind === 'unknown') warn({ message: 'last use could not be read', userName, accessKeyId, ...lastUse });
  }
  const diagnosis = diagnose(keys, at.config, at.now);
  return { status: 'FAILED', user, keys, tags: 'unreadable' in tags ? undefined : tags, diagnosis };
}

function isGone({ lastUse }: UsedKey): boolean {
  return lastUse.kind === 'unknown' && lastUse.reason.startsWith('NoSuchEntity');
}

/** The results of `work` on each item, in order, with a bounded number under way at once. */
async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = CONCURRENCY,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
