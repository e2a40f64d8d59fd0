import { count } from '../../lambda/advice/plain.ts';
import type { IamUser } from '../../lambda/check/access-key.ts';
import type { Cause } from '../../lambda/check/diagnose.ts';
import type { Narrowing } from '../../lambda/check/narrow.ts';
import type { FailingUser } from '../../lambda/check/reconcile.ts';
import { gather } from '../../lambda/gather.ts';
import type { Inventory } from '../../lambda/inventory/iam.ts';
import { CannotScan, EXIT } from './cannot-scan.ts';
import type { ScanSettings } from './options.ts';

/** What one scan found, before it is put into any format. Account and partition come from the ARN of a user. */
export interface Scan {
  readonly at: Date;
  readonly account: string | undefined;
  readonly partition: string;
  /** Undefined if nobody has set any: IAM itself has none. */
  readonly region: string | undefined;
  readonly settings: ScanSettings;
  /** The one user that was asked for. */
  readonly onlyUser: string | undefined;
  readonly listed: number;
  readonly read: number;
  /** By cause, in the order of `CAUSES`, then by name. */
  readonly failing: readonly FailingUser[];
  readonly unreadable: readonly { readonly user: Pick<IamUser, 'userId' | 'userName'>; readonly reason: string }[];
  readonly narrowed: Narrowing | undefined;
  /** What else could not be read, without which the verdicts stand all the same. */
  readonly gaps: readonly Gap[];
}

/** Something that could not be read: a key's last use, a user's tags, the credential report. */
export interface Gap {
  readonly message: string;
  readonly reason: string;
  readonly userName?: string;
  readonly accessKeyId?: string;
}

/** Who is told how far the reading is. */
export interface Progress {
  readonly listed: (users: number) => void;
  readonly read: () => void;
  readonly waitingForReport: () => void;
}

/** The causes with their names for people, clearest advice first. */
export const CAUSES: Readonly<Record<Cause, string>> = {
  'rotation-not-finished': 'Rotation not finished',
  'replacement-not-adopted': 'Replacement not adopted',
  'shared-by-workloads': 'Shared by workloads',
  'none-in-use': 'None in use',
  unknown: 'Unknown',
  'rotation-in-progress': 'Rotation in progress',
};

/** What to scan, and where. */
export interface Target extends Pick<Scan, 'region' | 'settings' | 'onlyUser' | 'account' | 'partition'> {}

/**
 * Looks at every user, or at one, by the same code as the deployed function.
 * @throws Error when the users could not be listed; CannotScan when there is no user of the name asked for
 */
export async function scanAccount(target: Target, inventory: Inventory, progress: Progress, now: Date): Promise<Scan> {
  let anyone: IamUser | undefined;
  const gaps: Gap[] = [];
  const { inspections, narrowed } = await gather(
    target.settings,
    {
      inventory: {
        ...inventory,
        listUsers: async () => {
          const users = await inventory.listUsers();
          [anyone] = users;
          const chosen = target.onlyUser === undefined ? users : [oneOf(users, target.onlyUser)];
          progress.listed(chosen.length);
          return chosen;
        },
        listKeys: async (user) => {
          const listing = await inventory.listKeys(user);
          progress.read();
          return listing;
        },
        readReport: () => {
          progress.waitingForReport();
          return inventory.readReport();
        },
      },
      findings: { list: async () => [] },
      outOfTime: () => false,
      random: () => 0,
      warn: (entry) => {
        gaps.push(toGap(entry));
      },
    },
    now,
  );
  const unreadable = inspections.filter((each) => each.status === 'NOT_AVAILABLE');
  const [, partition = target.partition, account = target.account] =
    /^arn:([a-z-]+):iam::(\d{12}):/.exec(anyone?.arn ?? '') ?? [];
  return {
    ...target,
    ...{ at: now, account, partition, unreadable, narrowed, gaps },
    listed: inspections.length,
    read: inspections.length - unreadable.length - (narrowed?.users ?? 0),
    failing: inspections.filter((each) => each.status === 'FAILED').toSorted(byCauseAndName),
  };
}

/**
 * What was looked at, in a sentence that never leaves open whether silence about a user means that all is well. Empty
 * where the headline has said it: the one user that was asked for could not be looked at.
 */
export function coverage({ listed, read, unreadable, narrowed, at, onlyUser }: Scan): string {
  if (onlyUser !== undefined) return unreadable.length > 0 ? '' : 'Only this user was looked at.';
  const were = `${read} of ${count(listed, 'user')} ${listed === 1 ? 'was' : 'were'} read`;
  const minutes = narrowed ? Math.max(0, Math.round((at.getTime() - narrowed.asOf.getTime()) / 60_000)) : 0;
  const passed = narrowed
    ? `, ${narrowed.users} passed by a credential report made ${count(minutes, 'minute')} before`
    : '';
  return `${were}${passed}${unreadable.length > 0 ? `, ${unreadable.length} could not be` : ''}.`;
}

/** `8 of 13 users have more than one active access key`. */
export function headline({ failing, listed, unreadable, onlyUser }: Scan): string {
  const sure = unreadable.length === 0 ? '' : ' that could be read';
  if (failing.length === 0) {
    if (listed === unreadable.length && listed > 0) {
      return onlyUser === undefined ? 'No user could be looked at' : 'This user could not be looked at';
    }
    return onlyUser === undefined
      ? `No user${sure} has more than one active access key`
      : 'This user has at most one active access key';
  }
  if (onlyUser !== undefined) return 'This user has more than one active access key';
  return `${failing.length} of ${count(listed, 'user')} ${failing.length === 1 ? 'has' : 'have'} more than one active access key`;
}

function oneOf(users: readonly IamUser[], name: string): IamUser {
  const user = users.find(({ userName }) => userName === name);
  if (user) return user;
  const like = users.find(({ userName }) => userName.toLowerCase() === name.toLowerCase());
  const hint = like ? `; there is ${JSON.stringify(like.userName)}` : '';
  throw new CannotScan(`there is no IAM user ${JSON.stringify(name)} in this account${hint}: check --user`, EXIT.usage);
}

/** Gathering reads the settings and nothing else of a configuration. */
function byCauseAndName(a: FailingUser, b: FailingUser): number {
  const order = Object.keys(CAUSES);
  const difference = order.indexOf(a.diagnosis.cause) - order.indexOf(b.diagnosis.cause);
  return difference || (a.user.userName < b.user.userName ? -1 : 1);
}

/** A warning by its known fields, so that new ones do not find their way into the output by themselves. */
function toGap(warning: object): Gap {
  const fields = new Map<string, unknown>(Object.entries(warning));
  const text = (name: string) => (fields.has(name) ? { [name]: String(fields.get(name)) } : {});
  return {
    message: '',
    reason: '',
    ...text('message'),
    ...text('reason'),
    ...text('userName'),
    ...text('accessKeyId'),
  };
}
