import type { IamUser } from './access-key.ts';
import type { StoredFinding } from './reconcile.ts';

/** IAM's credential report: a CSV of all users as of `generatedAt`, up to four hours ago. */
export interface CredentialReport {
  readonly generatedAt: Date;
  readonly csv: string;
}

/** How many users count as PASSED by a credential report, unread, and as of when. */
export interface Narrowing {
  readonly asOf: Date;
  readonly users: number;
}

/**
 * The ids of users who need not be read live, because their row safely shows at most one active key: an empty slot says
 * that no third key hides behind the two that a row can show. Everyone else is to be read: who has a finding, was created
 * since or anew, or has no row, two rows or an odd one.
 */
export function safelyPassed(
  users: readonly IamUser[],
  { csv, generatedAt }: CredentialReport,
  stored: readonly StoredFinding[],
): ReadonlySet<string> {
  const createdAt = safeRows(csv);
  const withFinding = new Set(stored.map(({ userId }) => userId));
  const safe = users.filter(({ userId, userName, arn, createDate }) => {
    const created = createdAt.get(`${userName},${arn}`);
    return created === createDate.getTime() && createDate < generatedAt && !withFinding.has(userId);
  });
  return new Set(safe.map(({ userId }) => userId));
}

/**
 * When the user of each safe row was created, by name and ARN. Names and paths may hold commas, and nobody
 * documents how the report writes them, so a row is read from its end: no column after the ARN can hold one.
 */
function safeRows(csv: string): ReadonlyMap<string, number> {
  const [header = '', ...lines] = csv.split('\n');
  const [user, arn, ...columns] = header.split(',');
  const rows = new Map<string, number>();
  if (user !== 'user' || arn !== 'arn') return rows;
  for (const line of lines) {
    const cells = line.split(',');
    const who = unquoted(cells.slice(0, -columns.length).join(','));
    const cell = (column: string) => cells.at(columns.indexOf(column) - columns.length) ?? '';
    // Of a user with two rows nothing is known.
    rows.set(who, !rows.has(who) && showsAtMostOne(cell) ? Date.parse(cell('user_creation_time')) : Number.NaN);
  }
  return rows;
}

function showsAtMostOne(cell: (column: string) => string): boolean {
  const slots = [1, 2].map((slot) => [cell(`access_key_${slot}_active`), cell(`access_key_${slot}_last_rotated`)]);
  const isOdd = slots.some(([active]) => active !== 'true' && active !== 'false');
  return !isOdd && slots.some(([active, rotated]) => active === 'false' && rotated === 'N/A');
}

/** User and ARN without CSV's quotation marks, if they have any: a name holds none, and an ARN ends with the name. */
function unquoted(who: string): string {
  return who
    .replace(/^"([^"]*)"(?=,)/, '$1')
    .replace(/,"(arn:.*)"$/, (_, arn: string) => `,${arn.replaceAll('""', '"')}`);
}
