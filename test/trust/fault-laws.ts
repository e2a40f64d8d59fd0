import type { StoredFinding } from '../sandbox/security-hub.ts';
import { categoryOf, type Told } from './alerts-told.ts';
import type { PlayedCase, PlayedRun } from './fault-case.ts';
import { userIdOf } from './records.ts';

/** One law: what is wrong with a case by it, or with the reference, in which nothing went wrong. */
type Law = (played: PlayedCase, reference: PlayedCase) => readonly string[];

/** The operations without which the check still does its work, only with less to say. */
const DISPENSABLE = ['GetAccessKeyLastUsed', 'ListUserTags'];

/** What a failed run has to name, by the operation that failed for good. */
const NAMES: Readonly<Record<string, (subject: string) => RegExp>> = {
  ListUsers: () => /users could not be listed|could not be looked for once more/,
  ListAccessKeys: (subject) => new RegExp(`could not be read: .*\\b${subject} \\(`),
  GetFindings: () => /findings could not be read, so nothing was recorded: /,
  Publish: () => /the alert could not be published, the next run tells it: /,
  BatchImportFindings: () => /findings? could not be recorded: /,
};

/** Everything that has to be true after a run in which something went wrong and two healthy ones. */
export const LAWS: Readonly<Record<string, Law>> = {
  /** Whatever happened, each user that fails is alerted in the end, and each resolution that is owed. */
  'nothing-lost': ({ account, runs }) => {
    const told = runs.flatMap((run) => run.told);
    return [...account.expected].flatMap(([userId, { news }]) => {
      const isTold = told.some((each) => each.userId === userId && categoryOf(each) === categoryOf({ news }));
      return isTold ? [] : [`${userId} was never told as ${news}`];
    });
  },

  /** Nobody hears of a user of whom there is nothing to tell, unless suppressions could not be read. */
  'nothing-made-up': (played) =>
    played.runs.flatMap(({ told }, i) =>
      told.flatMap(({ userId, userName, news }) => {
        const expected = played.account.expected.get(userId);
        const isFine = expected?.news === news && (expected.on === 'first' || i === 2);
        const isBlind = i === 0 && news === 'failing' && isFatalTo(played, 'GetFindings');
        return isFine || isBlind || isSecondChance(played, expected?.news, news)
          ? []
          : [`${userName} was told as ${news} by run ${i + 1}`];
      }),
    ),

  /** A healthy run repeats only what the faulty one could not confirm or record. */
  'nothing-repeated': (played) => {
    const [faulty, later, nextDay] = played.runs;
    const twice = repeated(later, nextDay);
    if (mayRepeat(played)) return twice;
    return [...twice, ...repeated(faulty, later), ...repeated(faulty, nextDay)];
  },

  /** In the end Security Hub holds what it would have held. */
  'same-findings': ({ runs, account }, reference) => {
    const known = new Set(account.snapshot.findings.map(keyOf));
    const [ours, theirs] = [runs, reference.runs].map(
      ([, , last]) => new Map(last.findings.map((one) => [keyOf(one), comparable(one, known)])),
    );
    const keys = new Set([...(ours?.keys() ?? []), ...(theirs?.keys() ?? [])]);
    return [...keys].flatMap((key) => {
      const [got, wanted] = [ours?.get(key) ?? 'missing', theirs?.get(key) ?? 'missing'];
      return got === wanted ? [] : [`finding ${key} is\n    ${got}\n  instead of\n    ${wanted}`];
    });
  },

  /** Notes, workflow and all else that customers own, and everything that is not ours, are as they would have been. */
  'customer-owned': ({ runs }, reference) => {
    const [, , last] = reference.runs;
    const theirs = new Map(last.findings.map((one) => [keyOf(one), owned(one)]));
    return runs[2].findings.flatMap((one) =>
      theirs.get(keyOf(one)) === owned(one) ? [] : [`what customers own of ${one.Id} is ${owned(one)}`],
    );
  },

  /** A run to which a call was lost says so, naming what and why; one that lost nothing does not fail. */
  'failure-reported': ({ fault, account, runs: [{ outcome }] }) => {
    const isLocked = account.locked !== undefined;
    if (fault?.kind.effect === 'killed') return outcome.how === 'killed' ? [] : [`the killed run ${outcome.how}`];
    const isLost = fault?.kind.effect === 'fatal' && !DISPENSABLE.includes(fault.call.operation);
    const how = isLost || isLocked ? 'rejected' : 'resolved';
    if (outcome.how !== how) return [`the run ${outcome.how} instead of being ${how}: ${outcome.why}`];
    if (isLocked && !/locked \(|could not be listed/.test(outcome.why))
      return [`the user who is locked is not named: ${outcome.why}`];
    if (!isLost) return [];
    const { call, kind } = fault;
    const wanted = [NAMES[call.operation]?.(call.subject) ?? /^$/, kind.says];
    return wanted.flatMap((words) =>
      words.test(outcome.why) ? [] : [`the run does not say ${words}: ${outcome.why}`],
    );
  },

  /** What could not be read of last uses and tags is a warning, and an unknown last use is never taken for none. */
  'unknown-is-not-never': ({ fault, runs: [{ outcome, told, calls }] }) => {
    if (fault?.kind.effect !== 'fatal' || !DISPENSABLE.includes(fault.call.operation)) return [];
    const { operation, subject } = fault.call;
    if (!outcome.warnings.some((entry) => Object.values(entry).includes(subject)))
      return [`no warning names ${subject}`];
    if (operation === 'ListUserTags' || calls.length === 0) return [];
    const rash = told.filter(
      ({ keyIds, cause, commands }) => keyIds.includes(subject) && (cause !== 'unknown' || commands.length > 0),
    );
    return rash.map(
      ({ userName, cause }) => `${userName} was told as ${cause} although the last use of ${subject} is not known`,
    );
  },

  /** From a partial list of users or findings nothing is concluded. */
  'nothing-from-a-part': (played) => {
    const { fault, start, account } = played;
    const [{ told, findings }] = played.runs;
    const isPartial = isFatalTo(played, 'ListUsers');
    if (!isPartial && !isFatalTo(played, 'GetFindings')) return [];
    // The second list is only to find those who seem to be gone: about the others everything is known.
    const existing = new Set(account.snapshot.users.map(({ userId }) => userId));
    const isInDoubt = (userId: string) => fault?.call.occurrence === 1 || !existing.has(userId);
    const changed = findings.filter((one) => !start.includes(one) && isInDoubt(userIdOf(one)));
    const rash = isPartial ? told.filter(({ userId }) => isInDoubt(userId)) : [];
    return [
      ...changed.map(({ Id }) => `${Id} was recorded although not everything had been read`),
      ...rash.map(({ userName }) => `${userName} was told although not all users had been read`),
    ];
  },

  /** The healthy runs are healthy. */
  recovers: ({ account, runs }) => {
    const how = account.locked ? 'rejected' : 'resolved';
    return runs
      .slice(1)
      .flatMap(({ outcome }, i) =>
        outcome.how === how ? [] : [`healthy run ${i + 1} ${outcome.how}: ${outcome.why}`],
      );
  },
};

/** Every violation of a case, by law. */
export function violationsOf(played: PlayedCase, reference: PlayedCase): readonly string[] {
  const found = Object.entries(LAWS).flatMap(([name, law]) => law(played, reference).map((what) => `${name}: ${what}`));
  return [...played.violations, ...found];
}

function isFatalTo({ fault }: PlayedCase, operation: string): boolean {
  return fault?.kind.effect === 'fatal' && fault.call.operation === operation;
}

/** Publishing, recording or reading the memory failed, or the process did not live to do it. */
function mayRepeat(played: PlayedCase): boolean {
  const operations = ['Publish', 'BatchImportFindings', 'GetFindings'];
  return played.fault?.kind.effect === 'killed' || operations.some((operation) => isFatalTo(played, operation));
}

/** A run whose memory is a failed or killed run's words the same news another way. */
function isSecondChance(played: PlayedCase, expected: string | undefined, news: string): boolean {
  return mayRepeat(played) && expected !== undefined && categoryOf({ news: expected }) === categoryOf({ news });
}

function repeated(one: PlayedRun, other: PlayedRun): readonly string[] {
  const name = (told: Told) => `${told.userName} (${categoryOf(told)})`;
  const before = new Set(one.told.map(name));
  return other.told.filter((told) => before.has(name(told))).map((told) => `${name(told)} was told twice`);
}

function keyOf({ ProductArn, Id }: StoredFinding): string {
  return `${ProductArn}|${Id}`;
}

/** A finding without times, except that a finding which was there before keeps the time it was created at. */
function comparable(finding: StoredFinding, known: ReadonlySet<string>): string {
  const {
    UpdatedAt: _u,
    LastObservedAt: _l,
    ProcessedAt: _p,
    CreatedAt,
    FirstObservedAt,
    ProductFields,
    ...rest
  } = finding;
  const fields = Object.entries(ProductFields ?? {}).filter(([name]) => !name.endsWith('alerted-at'));
  const created = known.has(keyOf(finding)) ? { CreatedAt, FirstObservedAt } : {};
  return JSON.stringify({ ...rest, ...created, ProductFields: Object.fromEntries(fields.toSorted()) }, sortKeys);
}

function owned({
  Workflow,
  Note,
  UserDefinedFields,
  VerificationState,
  Severity,
  ProductArn,
  GeneratorId,
  Title,
  AwsAccountId,
}: StoredFinding): string {
  return JSON.stringify({
    Workflow,
    Note,
    UserDefinedFields,
    VerificationState,
    Severity,
    ProductArn,
    GeneratorId,
    Title,
    AwsAccountId,
  });
}

function sortKeys(_name: string, value: unknown): unknown {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isPlain ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
}
