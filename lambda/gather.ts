import { reasonOf } from './advice/plain.ts';
import type { AccessKey, IamUser, TwoOrMore, UsedKey } from './check/access-key.ts';
import { diagnose } from './check/diagnose.ts';
import { evaluate } from './check/evaluate.ts';
import { type CredentialReport, type Narrowing, safelyPassed } from './check/narrow.ts';
import { type Inspection, reconcile, type StoredFinding } from './check/reconcile.ts';
import type { Config } from './config.ts';
import type { FindingStore } from './findings/security-hub.ts';
import type { Inventory } from './inventory/iam.ts';

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

/** Users read at the same time. The SDK's adaptive mode slows down by itself where IAM asks for it. */
const CONCURRENCY = 10;

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
export async function gather(config: Config, sources: Sources, now: Date): Promise<Gathered> {
  const [listed, { stored, unrecorded }] = await Promise.all([sources.inventory.listUsers(), readFindings(sources)]);
  // Pages are read at different times, so that a user may come twice.
  const users = [...new Map(listed.map((user) => [user.userId, user])).values()];
  const inspectAll = async (some: readonly IamUser[]) => {
    const inspected = await inParallel(some, (user) => inspect(user, config, sources, now));
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

  // A user who was renamed between the calls looks deleted, so whoever seems to be gone is looked for once more.
  const gone = new Set(
    reconcile(inspections, stored, config, now).flatMap((action) =>
      action.record === 'PASSED' && action.reason === 'user deleted' ? [action.stored.userId] : [],
    ),
  );
  if (gone.size === 0) return { inspections, stored, unrecorded, narrowed };
  const renamed = (await sources.inventory.listUsers()).filter(({ userId }) => gone.has(userId));
  return { inspections: [...inspections, ...(await inspectAll(renamed))], stored, unrecorded, narrowed };
}

async function usableReport({ inventory, warn }: Sources, now: Date): Promise<CredentialReport | undefined> {
  const report = await inventory.readReport();
  const reason = 'unusable' in report ? report.unusable : ageProblem(report, now);
  if ('unusable' in report || reason !== undefined) {
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

async function inspect(
  user: IamUser,
  config: Config,
  { inventory, outOfTime, warn }: Sources,
  now: Date,
): Promise<Inspection | 'deleted'> {
  if (outOfTime()) return { status: 'NOT_AVAILABLE', user, reason: 'the time for reading ran out' };
  const listing = await inventory.listKeys(user);
  if (listing === 'deleted') return 'deleted';
  const evaluation = evaluate(listing);
  if (evaluation.status !== 'FAILED') return evaluation;

  const tags = await inventory.listTags(user);
  if (tags === 'deleted') return 'deleted';
  if ('unreadable' in tags)
    warn({ message: 'tags could not be read', userName: user.userName, reason: tags.unreadable });
  const [oldest, second, ...rest] = evaluation.activeKeys;
  const withUse = (key: AccessKey) => readUse(key, user, { inventory, warn });
  const keys: TwoOrMore<UsedKey> = [await withUse(oldest), await withUse(second), ...(await inParallel(rest, withUse))];
  return {
    status: 'FAILED',
    user,
    keys,
    tags: 'unreadable' in tags ? undefined : tags,
    diagnosis: diagnose(keys, config, now),
  };
}

async function readUse(
  key: AccessKey,
  { userName }: IamUser,
  { inventory, warn }: Pick<Sources, 'inventory' | 'warn'>,
): Promise<UsedKey> {
  const lastUse = await inventory.readLastUse(key);
  if (lastUse.kind === 'unknown') {
    warn({ message: 'last use of a key could not be read', userName, accessKeyId: key.id, reason: lastUse.reason });
  }
  return { ...key, lastUse };
}

/** The results of `work` on each item, in order, with a bounded number under way at once. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}
