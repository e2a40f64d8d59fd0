import type { Call } from '../sandbox/service.ts';

/** One call as the account noted it, without what was sent except whose keys were asked for. */
export interface JournalEntry extends Pick<Call, 'service' | 'operation' | 'status' | 'errorCode'> {
  readonly userName: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the account saw of a run, and what was true of it. */
export interface AccountView {
  readonly journal: readonly JournalEntry[];
  readonly userNames: readonly string[];
  /** ARNs of the users who have more than one active key. */
  readonly failing: readonly string[];
  /** ARNs of the users with a failed, active finding. */
  readonly found: readonly string[];
  readonly published: number;
}

const THROTTLED = ['Throttling', 'TooManyRequestsException'];

/** The figures of one run, from the account's side. */
export interface JournalFigures {
  readonly calls: number;
  readonly throttled: number;
  /** Users whose keys were read neither live nor from a credential report. */
  readonly lost: number;
  /** Users whose finding does not say what is true: failing without a finding, or a finding without failing. */
  readonly wrong: number;
}

/** Counts what a run did and what it missed, whatever the run says of itself. */
export function figuresOf({ journal, userNames, failing, found }: AccountView): JournalFigures {
  const answered = journal.filter(({ status }) => status === 200);
  const readLive = new Set(
    answered.flatMap(({ operation, userName }) => (operation === 'ListAccessKeys' ? [userName] : [])),
  );
  const hasReport = answered.some(({ operation }) => operation === 'GetCredentialReport');
  return {
    calls: journal.length,
    throttled: journal.filter(({ errorCode = '' }) => THROTTLED.includes(errorCode)).length,
    lost: hasReport ? 0 : userNames.filter((userName) => !readLive.has(userName)).length,
    wrong: difference(failing, found).length + difference(found, failing).length,
  };
}

function difference(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return some.filter((each) => !known.has(each));
}
