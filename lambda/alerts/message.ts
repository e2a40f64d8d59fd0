import { type Alert, headline } from './alert.ts';
import { card } from './card.ts';
import { machine } from './machine.ts';
import { mail } from './mail.ts';

/** What is handed to SNS: a subject of counts only, and a body with one text per protocol. */
export interface Message {
  readonly subject: string;
  readonly body: string;
}

/**
 * SNS takes 262,144 bytes over the texts of all protocols; what else it counts, such as the subject, is not documented:
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const LARGEST = 260_000;

/** Users told in detail: more never fit, and trying thousands would take seconds. */
const MOST_SHOWN = 500;

/** Words an alert for every kind of subscriber, with details of as many users as fit into one message. */
export function compose(alert: Alert): Message {
  const subject = `AWS-IAM-009: ${headline(alert)} in account ${alert.config.account}`;
  const chat = card(alert);
  const body = (shown: number) => {
    const text = mail(alert, shown);
    const json = machine(alert, shown);
    return JSON.stringify({ default: text, email: text, https: chat, sqs: json, lambda: json });
  };
  let [fits, tooMany] = [0, Math.min(alert.items.length, MOST_SHOWN) + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (Buffer.byteLength(body(middle)) <= LARGEST) fits = middle;
    else tooMany = middle;
  }
  return { subject, body: body(fits) };
}
