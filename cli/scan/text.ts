import Table from 'cli-table3';
import { descriptionOf, lastUseText, ownerTags, verdict } from '../../lambda/advice/advise.ts';
import { userLink } from '../../lambda/advice/console.ts';
import { cut, dayAndAge, plain, plainName, quotation } from '../../lambda/advice/plain.ts';
import { wrap } from '../../lambda/alerts/mail.ts';
import type { FailingUser } from '../../lambda/check/reconcile.ts';
import type { Paint } from '../paint.ts';
import { nextStep, shownAdvice } from '../shown-advice.ts';
import { coverage, headline, type Scan } from './account.ts';

/** Widths that fill 80 columns; a column includes the two spaces after it. */
const OVERVIEW = [24, 25, 29];
const KEYS = [22, 17, 22, 17];

/** The scan for a person at a terminal of 80 columns or more. Commands and links stand on lines of their own, unbroken. */
export function scanText(scan: Scan, paint: Paint): string {
  const { failing, unreadable, region, account, onlyUser } = scan;
  const place = [account === undefined ? '' : `Account ${account}`, region ? `Region ${region}` : ''].filter(Boolean);
  const when = `checked ${scan.at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [
    paint('bold', 'Multiple active access keys (AWS-IAM-009)'),
    [...place, when].join(', '),
    ...(onlyUser === undefined ? [] : wrap(`User ${plainName(onlyUser)}`)),
    '',
    ...wrap(`${headline(scan)}.`).map((line) => paint(failing.length > 0 ? 'yellow' : 'bold', line)),
    ...wrap(coverage(scan)),
    ...(failing.length > 1 ? ['', ...overview(failing, paint)] : []),
    ...failing.flatMap((user) => ['', '', ...section(user, scan, paint)]),
    ...(unreadable.length > 0 ? ['', '', ...notRead(scan, paint)] : []),
    '',
  ].join('\n');
}

function overview(failing: readonly FailingUser[], paint: Paint): string[] {
  const rows = failing.map((each) => [cut(plainName(each.user.userName), 22), each.diagnosis.cause, nextStep(each)]);
  return table(OVERVIEW, ['USER', 'DIAGNOSIS', 'NEXT STEP'], rows, paint);
}

function section(failing: FailingUser, { at, partition }: Scan, paint: Paint): string[] {
  const { user, keys, tags, diagnosis } = failing;
  const advice = shownAdvice(failing);
  const owners = ownerTags(tags).map(({ key, value }) => `${key} ${quotation(value)}`);
  const rows = keys.map((key) => {
    const description = descriptionOf(key, tags);
    const lastUse = lastUseText(key.lastUse, at).replace(/^last used /, '');
    const isInUse = diagnosis.inUse.includes(key);
    const verdictStyle = isInUse ? 'green' : diagnosis.retire.includes(key) ? 'yellow' : undefined;
    const words = verdict(key, diagnosis);
    return [
      description ? `${key.id}\n${quotation(description, 60)}` : key.id,
      dayAndAge(key.createDate, at).replace(' (', '\n('),
      lastUse.replace(/(?<=^\d{4}-\d\d-\d\d) \(/, '\n('),
      verdictStyle ? paint(verdictStyle, words) : words,
    ];
  });
  const commands = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? ['', `${title}:`, ...lines.map((line) => paint('bold', line))] : [];
  return [
    ...wrap(`${plainName(user.userName)} (${diagnosis.cause})`).flatMap((line, i, all) =>
      i === all.length - 1 ? [paint('bold', line), '-'.repeat(Math.min(76, line.length))] : [paint('bold', line)],
    ),
    ...(user.path === '/' ? [] : wrap(`Path: ${plain(user.path)}`)),
    ...(owners.length > 0 ? wrap(`Tags: ${owners.join(', ')}`) : []),
    ...(tags ? [] : ['Tags: could not be read']),
    ...wrap(advice.diagnosis),
    '',
    ...table(KEYS, ['ACTIVE KEY', 'CREATED', 'LAST USED', 'VERDICT'], rows, paint),
    '',
    ...wrap(`What to do: ${advice.action}`),
    ...commands(`${advice.purpose ?? ''} (reversible)`, advice.commands),
    ...commands('Undo', advice.undo),
    '',
    'In the console:',
    userLink(partition, user.userName),
  ];
}

function notRead({ unreadable }: Scan, paint: Paint): string[] {
  const title = 'Not known, because their keys could not be read';
  return [
    paint('bold', title),
    '-'.repeat(title.length),
    ...unreadable.flatMap(({ user, reason }) => wrap(`${plainName(user.userName)}: ${plain(reason, 200)}`)),
  ];
}

/** Columns without rules, two spaces in; cells break at spaces into as many lines as they take. */
function table(widths: readonly number[], head: readonly string[], rows: readonly string[][], paint: Paint): string[] {
  const none = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
  const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'];
  const made = new Table({
    colWidths: [...widths],
    wordWrap: true,
    chars: Object.fromEntries([...none, ...inner].map((name) => [name, ''])),
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [], compact: true },
  });
  made.push(
    head.map((title) => paint('dim', title)),
    ...rows,
  );
  return made
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
}
