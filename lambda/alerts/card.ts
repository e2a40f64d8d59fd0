import { advise, descriptionOf, lastUseText, ownerTags, verdict } from '../advice/advise.ts';
import { enableSecurityHub, isNotEnabled } from '../advice/commands.ts';
import { findingsLink, userLink } from '../advice/console.ts';
import { cut, dayAndAge, firstOf, plainName } from '../advice/plain.ts';
import { type Alert, coverage, headline, type Item, LABELS, nameOf, UNRECORDED, whatHappensNext } from './alert.ts';

/** The service states no limit for the description; this much is known to be shown. */
const LONGEST = 2500;

/** Users named in the line about those that are not shown, and the room it takes with the longest names. */
const NAMED = 3;
const ROOM_FOR_OTHERS = 340;

/**
 * The alert for Slack and Microsoft Teams, in the custom-notification schema of Amazon Q Developer in chat applications:
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function card(alert: Alert): string {
  const { account, partition, region } = alert.config;
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `AWS-IAM-009: ${headline(alert)} in account ${account}`,
      description: description(alert),
      nextSteps: [...next(alert), `All findings: ${findingsLink(partition, region)}`],
      keywords: ['AWS-IAM-009', account, region],
    },
    metadata: {
      summary: `Multiple active access keys: ${headline(alert)}`,
      eventType: 'AWS-IAM-009',
    },
  });
}

function description(alert: Alert): string {
  const intro = [...unrecorded(alert), coverage(alert), ...unreadable(alert)].join('\n');
  const sections: string[] = [];
  let room = LONGEST - ROOM_FOR_OTHERS - intro.length;
  for (const item of alert.items) {
    const text = section(item, alert);
    // A lone user is shown as far as it fits, to the last whole line.
    const fitting = sections.length === 0 ? wholeLines(text, room - 2) : text;
    room -= fitting.length + 2;
    if (room < 0) break;
    sections.push(fitting);
  }
  const rest = alert.items.slice(sections.length).map((item) => code(plainName(nameOf(item))));
  return [intro, ...sections, ...(rest.length > 0 ? [`Also ${firstOf(rest, NAMED)}, see Security Hub.`] : [])].join(
    '\n\n',
  );
}

function next(alert: Alert): string[] {
  const { unrecorded: reason, items, config } = alert;
  if (reason !== undefined) return isNotEnabled(reason) ? [`Enable it: \`${enableSecurityHub(config.region)}\``] : [];
  return items.some(({ record }) => record === 'FAILED') ? [`What happens next: ${whatHappensNext(alert)}`] : [];
}

function unrecorded({ unrecorded: reason }: Alert): string[] {
  if (reason === undefined) return [];
  return [`*Nothing was recorded: the findings in Security Hub could not be read.* ${unmarked(reason)}`, UNRECORDED];
}

function unreadable({ unreadable: users }: Alert): string[] {
  const named = users.map(({ userName }) => code(plainName(userName)));
  return named.length > 0 ? [`*Not known*, because their keys could not be read: ${firstOf(named, NAMED)}.`] : [];
}

function section(item: Item, { config, at }: Alert): string {
  const heading = `*${LABELS[item.news]}* ${code(plainName(nameOf(item)))}`;
  if (item.record === 'PASSED') {
    const link = item.reason === 'user deleted' ? '' : `\n${userLink(config.partition, item.userName)}`;
    return `${heading}: ${item.reason}${link}`;
  }
  const { user, keys, tags, diagnosis } = item.failing;
  const owners = ownerTags(tags)
    .map(({ key, value }) => code(`${key}: ${value}`))
    .slice(0, 2);
  const advice = advise(item.failing);
  const [command, ...others] = advice.commands;
  const [undo] = advice.undo;
  const more = others.length > 0 ? [`and ${others.length} more, see Security Hub`] : [];
  return [
    [`${heading} (${diagnosis.cause})`, ...owners].join(' '),
    unmarked(advice.diagnosis),
    ...keys.slice(0, 4).map((key) => {
      const description = descriptionOf(key, tags);
      const about = `created ${dayAndAge(key.createDate, at)}, ${unmarked(lastUseText(key.lastUse, at))}`;
      return `• ${code(key.id)}${description ? ` ${code(cut(description, 40))}` : ''} ${about}. *${verdict(key, diagnosis)}*`;
    }),
    ...(keys.length > 4 ? [`• and ${keys.length - 4} more`] : []),
    unmarked(advice.action),
    // Commands are given to the letter or not at all; no name that IAM allows holds a character to stop them.
    ...(command && undo && unmarked(command) === command
      ? [`${advice.purpose}: \`${command}\``, `Undo: \`${undo}\``, ...more]
      : []),
    userLink(config.partition, user.userName),
  ].join('\n');
}

function wholeLines(text: string, most: number): string {
  const note = '\n… and more, see Security Hub';
  return text.length <= most ? text : text.slice(0, text.lastIndexOf('\n', most - note.length)) + note;
}

/** Plain text in a code span, in which chat clients read neither mentions nor links nor styles. */
function code(text: string): string {
  return `\`${unmarked(text)}\``;
}

/** Plain text without the characters that chat clients read as markup, and without words that ping a channel. */
function unmarked(text: string): string {
  const replaced = text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('`', "'").replace(/[*~|]/g, ' ');
  return replaced.replace(/@(?=here|channel|everyone)/gi, '(at)');
}
