import { advise, lastUseText, verdict } from '../advice/advise.ts';
import { findingsLink, userLink } from '../advice/console.ts';
import { plain, plainName } from '../advice/plain.ts';
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
  const { user, keys, diagnosis } = item.failing;
  const advice = advise(item.failing);
  return [
    heading,
    unmarked(advice.diagnosis),
    ...keys
      .slice(0, 4)
      .map((key) => `• ${code(key.id)} ${unmarked(lastUseText(key.lastUse, at))}. *${verdict(key, diagnosis)}*`),
    ...(keys.length > 4 ? [`• and ${keys.length - 4} more`] : []),
    ...(advice.commands[0] ? [`${advice.purpose}:`, `\`${advice.commands[0]}\``] : []),
    userLink(config.partition, user.userName),
  ].join('\n');
}

/** Text in a code span, in which chat clients read neither mentions nor links nor styles. */
function code(text: string): string {
  return `\`${unmarked(text)}\``;
}

/** Text without the characters that chat clients read as markup, and without words that ping a channel. */
function unmarked(text: string): string {
  const replaced = text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('`', "'").replace(/[*~|]/g, ' ');
  return plain(replaced.replace(/@(?=here|channel|everyone)/gi, '(at)'), 1000);
}
