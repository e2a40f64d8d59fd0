import { type Html, html } from '../../cli/html.ts';
import { count } from '../../lambda/advice/plain.ts';
import { type Deployment, fact, type Part } from './deployment.ts';

/** What there is to know about each part, from the properties of its resources. */
export const ABOUT: Readonly<Record<Part, (of: Deployment) => Html>> = {
  schedule: (of) => {
    const hours = lasting(fact(of, 'AWS::Scheduler::Schedule', 'Target.RetryPolicy.MaximumEventAgeInSeconds'));
    return html`<h2>Schedule</h2>
<p>by EventBridge</p>
<p><code>${fact(of, 'AWS::Scheduler::Schedule', 'ScheduleExpression')}</code></p>
<p>${fact(of, 'AWS::Scheduler::Schedule', 'ScheduleExpressionTimezone')}, tried for ${hours}</p>`;
  },
  function: (of) => html`<h2>Lambda function</h2>
<p>${fact(of, 'AWS::Lambda::Function', 'Runtime')}, ${fact(of, 'AWS::Lambda::Function', 'MemorySize')} MB</p>
<p>at most ${lasting(fact(of, 'AWS::Lambda::Function', 'Timeout'))}</p>
<p class="apart">Its role allows <b>${count(actionsOf(of, 'function').length, 'action')}</b>: those that you see here, and nothing else.</p>`,
  log: (of) => html`<h2>Log group</h2>
<p>kept for ${fact(of, 'AWS::Logs::LogGroup', 'RetentionInDays')} days</p>
${actionsOf(of, 'function', 'log').map((action) => html`<code>${action}</code>`)}`,
  queue: (of) => html`<h2>Failure queue</h2>
<p>events that led to no good run, kept for ${lasting(fact(of, 'AWS::SQS::Queue', 'MessageRetentionPeriod'))}</p>`,
  alarms: (of) => {
    const names = of.resources.flatMap(({ id, part }) => (part === 'alarms' ? [alarmName(id)] : []));
    return html`<h2>${count(names.length, 'alarm')}</h2>
<p>in CloudWatch, if the check itself fails:</p>
${names.map((name) => html`<code>${name}</code>`)}`;
  },
  topic: (of) => html`<h2>SNS topic</h2>
<p>for alerts and alarms</p>
<p class="inset ours">a KMS key of its own,<br>${fact(of, 'AWS::KMS::Key', 'EnableKeyRotation') === 'true' ? 'rotated automatically' : 'not rotated'}</p>`,
  iam: () => html`<h2>IAM</h2><p>users and their access keys</p>`,
  hub: (of) => html`<h2>Security Hub</h2><p>one finding per failing user</p>
<p class="inset ours">a saved insight, by ${fact(of, 'AWS::SecurityHub::Insight', 'GroupByAttribute')}</p>`,
  mail: () => html`<h2>Mail</h2><p class="inset ours">a subscription</p>`,
  slack: (of) => {
    const guardrails = fact(of, 'AWS::Chatbot::SlackChannelConfiguration', 'GuardrailPolicies');
    const names = [...guardrails.matchAll(/:policy\/(\w+)/g)].map(([, name]) => name);
    return html`<h2>Slack</h2>
<p class="inset ours">its role: ${count(actionsOf(of, 'slack').length, 'action')} <code>${names.join(', ')}</code></p>`;
  },
};

/** All that one part may do, or what it may do to another. */
function actionsOf({ links }: Deployment, from: Part, to?: Part): string[] {
  return links.flatMap((link) => (link.from === from && (to ?? link.to) === link.to ? link.what : []));
}

/** The name that its mails and the runbook give an alarm, without what the CDK adds to make it unique. */
function alarmName(id: string): string {
  return id.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, '');
}

/** `14 days`, in the largest unit that needs no fraction. */
function lasting(seconds: string): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ] as const;
  const [size, unit] = units.find(([each]) => Number(seconds) % each === 0) ?? [1, 'second'];
  return count(Number(seconds) / size, unit);
}
