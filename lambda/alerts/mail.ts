import { advise, descriptionOf, lastUseText, ownerTags, verdict } from '../advice/advise.ts';
import { enableSecurityHub, isNotEnabled } from '../advice/commands.ts';
import { findingsLink, userLink } from '../advice/console.ts';
import { count, day, dayAndAge, firstOf, plain, plainName, quotation } from '../advice/plain.ts';
import type { FailingUser } from '../check/reconcile.ts';
import { type Alert, coverage, headline, type Item, LABELS, nameOf, UNRECORDED, whatHappensNext } from './alert.ts';

const WIDTH = 76;

/** Keys described for one user; a user has two as a rule, and eight have been seen. */
const MOST_KEYS = 10;

/** The alert as plain text with details of the first `shown` items. Commands, ARNs and links stand on lines of their own, unbroken. */
export function mail(alert: Alert, shown: number): string {
  const { config, items, at } = alert;
  const more = items.length - shown;
  return [
    ...wrap(`Multiple active access keys (AWS-IAM-009): ${headline(alert)}`),
    ...wrap(
      `Account ${config.account}, Region ${config.region}, checked ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ),
    '',
    ...unrecorded(alert),
    ...wrap(coverage(alert)),
    ...unreadable(alert),
    ...items.slice(0, shown).flatMap((item) => ['', '', ...section(item, alert)]),
    ...(more > 0 ? ['', '', ...wrap(`… and ${more} more, see Security Hub (link below).`)] : []),
    '',
    '',
    ...next(alert),
    '',
  ].join('\n');
}

/** Breaks text into lines of at most 76 columns. A word longer than a line is broken too, unless it holds an ARN. */
export function wrap(text: string, indent = ''): string[] {
  // Counted as the length of a text is: two for what is a pair, like most emoji, which is also as wide as two.
  const pieces = new RegExp(
    `^\\W?arn:.*|.{1,${WIDTH - indent.length}}(?<![\\uD800-\\uDBFF](?=[\\uDC00-\\uDFFF]))`,
    'g',
  );
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap((long) => long.match(pieces) ?? [])) {
    const joined = `${lines.at(-1) ?? indent}${lines.at(-1) ? ' ' : ''}${word}`;
    if (lines.length > 0 && joined.length <= WIDTH) lines[lines.length - 1] = joined;
    else lines.push(indent + word);
  }
  return lines;
}

function section(item: Item, { config, at }: Alert): string[] {
  const name = plainName(nameOf(item));
  if (item.record === 'PASSED') {
    const title = heading(`${LABELS.resolved}: ${name}`);
    if (item.reason === 'user deleted') return [...title, 'The user was deleted.'];
    const how = `User ${name} has at most one active access key left: a key was deactivated or deleted.`;
    return [...title, ...wrap(how), '', ...inConsole(item.userName, config)];
  }
  const { user, diagnosis } = item.failing;
  return [
    ...heading(`${LABELS[item.news]}: ${name} (${diagnosis.cause})`),
    ...paragraph(history(item)),
    ...failing(item.failing, at),
    '',
    ...inConsole(user.userName, config),
  ];
}

function inConsole(userName: string, { partition }: Alert['config']): string[] {
  return ['In the console:', userLink(partition, userName)];
}

function paragraph(text: string): string[] {
  return text === '' ? [] : [...wrap(text), ''];
}

function heading(text: string): string[] {
  const lines = wrap(text);
  return [...lines, '-'.repeat(Math.max(...lines.map((line) => line.length)))];
}

/** How a failure relates to what was told before; empty for one that is simply new. */
function history({ news, failing: { keys }, told, stored }: Extract<Item, { record: 'FAILED' }>): string {
  const known = told?.activeKeyIds ?? [];
  const added = keys.flatMap(({ id }) => (known.includes(id) ? [] : [`${id} is new`]));
  const gone = known.flatMap((id) => (keys.some((key) => key.id === id) ? [] : [`${id} is no longer active`]));
  const last = told ? day(told.at) : '';
  switch (news) {
    case 'keys-changed':
      return `Since the alert of ${last}: ${firstOf([...added, ...gone], 6)}.`;
    case 'failing-again':
      return `This had been resolved. It was first seen on ${stored?.firstObservedAt.slice(0, 10)}.`;
    case 'still-open':
      return `Failing since ${stored?.firstObservedAt.slice(0, 10)}; last told on ${last}.`;
    case 'new':
    case 'failing':
      return '';
  }
}

function failing(user: FailingUser, now: Date): string[] {
  const { keys, tags, diagnosis } = user;
  const advice = advise(user);
  const owners = ownerTags(tags).map(({ key, value }) => `${key} ${quotation(value)}`);
  const about = [
    ...(user.user.path === '/' ? [] : wrap(`Path: ${plain(user.user.path)}`)),
    ...(owners.length > 0 ? wrap(`Tags: ${owners.join(', ')}`) : []),
    ...(tags ? [] : ['Tags: could not be read']),
  ];
  const command = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? ['', `${title}:`, ...lines.slice(0, MOST_KEYS), ...moreThan(lines.slice(MOST_KEYS))] : [];
  return [
    ...(about.length > 0 ? [...about, ''] : []),
    ...wrap(advice.diagnosis),
    '',
    `${count(keys.length, 'active key')}, oldest first:`,
    ...keys.slice(0, MOST_KEYS).flatMap((key) => {
      const description = descriptionOf(key, tags);
      return [
        ...wrap(`${key.id}${description ? ` ${quotation(description)}` : ''}`, '  '),
        ...wrap(`created ${dayAndAge(key.createDate, now)}; ${lastUseText(key.lastUse, now)}`, '    '),
        ...wrap(`-> ${verdict(key, diagnosis)}`, '    '),
      ];
    }),
    ...moreThan(keys.slice(MOST_KEYS)),
    '',
    ...wrap(`What to do: ${advice.action}`),
    ...command(`${advice.purpose ?? ''} (reversible)`, advice.commands),
    ...command('Undo', advice.undo),
  ];
}

function moreThan(rest: readonly unknown[]): string[] {
  return rest.length > 0 ? [`and ${rest.length} more, see Security Hub`] : [];
}

function unrecorded({ unrecorded: reason, config }: Alert): string[] {
  if (reason === undefined) return [];
  return [
    ...wrap('NOTHING WAS RECORDED: the findings in Security Hub could not be read.'),
    ...wrap(reason),
    ...wrap(UNRECORDED),
    ...(isNotEnabled(reason)
      ? ['', 'Security Hub is not enabled in this Region. Enable it:', enableSecurityHub(config.region)]
      : []),
    '',
  ];
}

function unreadable({ unreadable: users }: Alert): string[] {
  if (users.length === 0) return [];
  const named = users.map(({ userName, reason }) => `${plainName(userName)} (${plain(reason, 100)})`);
  return wrap(`Not known, because their keys could not be read: ${firstOf(named, 5)}.`);
}

function next(alert: Alert): string[] {
  const { partition, region } = alert.config;
  return [
    ...(alert.unrecorded === undefined ? [...wrap(`What happens next: ${whatHappensNext(alert)}`), ''] : []),
    'All findings in Security Hub:',
    findingsLink(partition, region),
  ];
}
