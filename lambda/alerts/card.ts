import { advise, descriptionOf, lastUseText, ownerTags, verdict } from '../advice/advise.ts';
import { findingsLink, userLink } from '../advice/console.ts';
import { cut, dayAndAge, plainName } from '../advice/plain.ts';
import { type Alert, coverage, headline, type Item, LABELS, nameOf } from './alert.ts';

/** The service states no limit for the description; this much is known to be shown. */
const LONGEST = 2500;

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
      nextSteps: [
        'Turn off only keys that are marked so. `--status=Active` undoes it.',
        `All findings: ${findingsLink(partition, region)}`,
      ],
      keywords: ['AWS-IAM-009', account, region],
    },
    metadata: {
      threadId: `aws-iam-009-${account}`,
      summary: `Multiple active access keys: ${headline(alert)}`,
      eventType: 'AWS-IAM-009',
    },
  });
}

function description(alert: Alert): string {
  const warning =
    alert.unrecorded === undefined ? [] : ['*Nothing was recorded: the findings in Security Hub could not be read.*'];
  const intro = [...warning, coverage(alert)].join('\n');
  const sections: string[] = [];
  let length = intro.length;
  for (const item of alert.items) {
    const text = section(item, alert);
    // Leaves room for the line that says how many are missing.
    if (length + text.length + 2 > LONGEST - 50) break;
    sections.push(text);
    length += text.length + 2;
  }
  const more = alert.items.length - sections.length;
  return [intro, ...sections, ...(more > 0 ? [`… and ${more} more, see Security Hub.`] : [])].join('\n\n');
}

function section(item: Item, { config, at }: Alert): string {
  const heading = `*${LABELS[item.news]}* ${code(plainName(nameOf(item)))}`;
  if (item.record === 'PASSED') return `${heading}: ${item.reason}`;
  const { user, keys, tags, diagnosis } = item.failing;
  const owners = ownerTags(tags)
    .map(({ key, value }) => code(`${key}: ${value}`))
    .slice(0, 2);
  const advice = advise(item.failing);
  const [[command], [undo]] = [advice.commands, advice.undo];
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
    ...(command && undo && !/[`<>\p{C}]/u.test(command)
      ? [`${advice.purpose}: \`${command}\``, `Undo: \`${undo}\``]
      : []),
    userLink(config.partition, user.userName),
  ].join('\n');
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
