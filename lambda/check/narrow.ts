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

type Row = ReadonlyMap<string, string | undefined>;

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
  const rows = rowsIn(csv);
  const withFinding = new Set(stored.map(({ userId }) => userId));
  const safe = users.filter(({ userId, userName, arn, createDate }) => {
    const row = rows.get(`${userName},${arn}`) ?? rows.get(`${quoted(userName)},${quoted(arn)}`);
    if (!row || withFinding.has(userId) || createDate >= generatedAt) return false;
    return Date.parse(row.get('user_creation_time') ?? '') === createDate.getTime() && showsAtMostOne(row);
  });
  return new Set(safe.map(({ userId }) => userId));
}

function showsAtMostOne(row: Row): boolean {
  const slots = [1, 2].map((slot) => [
    row.get(`access_key_${slot}_active`),
    row.get(`access_key_${slot}_last_rotated`),
  ]);
  const isOdd = slots.some(([active]) => active !== 'true' && active !== 'false');
  return !isOdd && slots.some(([active, rotated]) => active === 'false' && rotated === 'N/A');
}

/**
 * The rows by how they name their user and ARN. Names and paths may hold commas, and nobody documents how the report writes
 * them, so a row is read from its end: no column after the ARN can hold one. Of a user with two rows there is none.
 */
function rowsIn(csv: string): ReadonlyMap<string, Row> {
  const [header = '', ...lines] = csv.split('\n');
  const [user, arn, ...columns] = header.split(',');
  const rows = new Map<string, Row>();
  if (user !== 'user' || arn !== 'arn') return rows;
  const doubles = new Set<string>();
  for (const line of lines) {
    const cells = line.split(',');
    const who = cells.slice(0, -columns.length).join(',');
    const values = cells.slice(-columns.length);
    if (rows.has(who)) doubles.add(who);
    rows.set(who, new Map(columns.map((column, i) => [column, values[i]])));
  }
  for (const who of doubles) rows.delete(who);
  return rows;
}

/** A cell as CSV quotes it. */
function quoted(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
