import { descriptionOf, ownerTags, verdict } from '../../lambda/advice/advise.ts';
import { type AccessKey, DAY, type UsedKey } from '../../lambda/check/access-key.ts';
import type { FailingUser } from '../../lambda/check/reconcile.ts';
import { shownAdvice } from '../shown-advice.ts';
import type { Scan } from './account.ts';

const COLUMNS = [
  ...['status', 'account', 'user_name', 'user_id', 'user_path', 'owner', 'cause', 'access_key_id', 'description'],
  ...['created', 'age_days', 'last_use', 'last_used', 'last_used_days', 'last_used_service', 'last_used_region'],
  ...['verdict', 'deactivate', 'undo'],
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string | number>>;

/**
 * One row for each active key of a failing user, and one without a key for each user that could not be read. Every cell is
 * quoted (RFC 4180); one that a spreadsheet would take for a formula starts with an apostrophe, which is not part of it.
 */
export function scanCsv(scan: Scan): string {
  const { account = '', failing, unreadable } = scan;
  const rows: Row[] = [
    ...failing.flatMap((user) => user.keys.map((key) => ({ account, ...keyRow(key, user, scan.at) }))),
    ...unreadable.map(({ user: { userName, userId }, reason }) => ({
      ...{ status: 'NOT_AVAILABLE', account, user_name: userName, user_id: userId },
      verdict: `keys could not be read: ${reason}`,
    })),
  ];
  return [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column] ?? ''))]
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('');
}

function keyRow(key: UsedKey, failing: FailingUser, now: Date): Row {
  const { user, tags, diagnosis } = failing;
  const { lastUse } = key;
  return {
    status: 'FAILED',
    user_name: user.userName,
    user_id: user.userId,
    user_path: user.path,
    owner: ownerTags(tags)
      .map((tag) => `${tag.key}: ${tag.value}`)
      .join('; '),
    cause: diagnosis.cause,
    access_key_id: key.id,
    description: descriptionOf(key, tags) ?? '',
    created: key.createDate.toISOString(),
    age_days: daysSince(key.createDate, now),
    last_use: lastUse.kind,
    ...(lastUse.kind === 'used' && {
      last_used: lastUse.at.toISOString(),
      last_used_days: daysSince(lastUse.at, now),
      last_used_service: lastUse.service,
      last_used_region: lastUse.region ?? '',
    }),
    verdict: verdict(key, diagnosis),
    ...commandsFor(key, failing),
  };
}

function commandsFor(key: AccessKey, failing: FailingUser): Row {
  const { commands, undo } = shownAdvice(failing);
  const ofKey = (lines: readonly string[]) => lines.find((line) => line.includes(`--access-key-id=${key.id} `)) ?? '';
  return { deactivate: ofKey(commands), undo: ofKey(undo) };
}

function daysSince(date: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - date.getTime()) / DAY));
}

/** https://owasp.org/www-community/attacks/CSV_Injection */
function cell(value: string | number): string {
  const text = String(value).replace(/[\p{C}\u2028\u2029]+/gu, ' ');
  const isFormula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/u.test(text);
  return `"${isFormula ? "'" : ''}${text.replaceAll('"', '""')}"`;
}
