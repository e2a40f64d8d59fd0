import { count } from '../../lambda/advice/plain.ts';
import type { Alarm, Resource, Stack, Subscription } from './account.ts';
import type { Cdk } from './cdk.ts';
import { findings, lastRun } from './last-run.ts';
import { error, type Line, ok, quoted, type Remedy, warning } from './line.ts';
import { looking } from './look.ts';
import type { Scene } from './setup.ts';

/** Enough to see that findings arrive. */
const MOST_FINDINGS = 100;

/** How long a schedule may pause, and two hours more: beyond that no run counts as the last one. */
const DAYS_BACK = 8;

/** Whether the deployed check works. */
export async function running(scene: Scene, stackName: string, stack: Stack): Promise<readonly Line[]> {
  let heartbeat: Alarm | undefined;
  const subject = { about: 'Alarms, queue', permission: 'cloudformation:DescribeStackResources' };
  const watchLines = await looking(subject, async () => {
    const resources = await scene.account.resources(stackName);
    const alarms = resources.filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
    const alarmLines = await looking({ about: 'Alarms', permission: 'cloudwatch:DescribeAlarms' }, async () => {
      const found = await scene.account.alarms(alarms.map(({ physicalId }) => physicalId));
      const missingRun = alarms.find(({ logicalId }) => logicalId.includes('NoCompletedRun'));
      heartbeat = found.find(({ name }) => name === missingRun?.physicalId);
      return alarmsLines(scene.cdk, alarms, found);
    });
    const queue = resources.find(({ type }) => type === 'AWS::SQS::Queue');
    return [...alarmLines, ...(await failureQueue(scene, queue))];
  });
  const lines = await Promise.all([
    subscriptions(scene, stack.outputs.AlertTopicArn),
    runsAndFindings(scene, stack, heartbeat?.periods),
  ]);
  return [...lines.flat(), ...watchLines];
}

/** A plain deployment does nothing as long as the template is the same, whatever became of the resources. */
function repair(cdk: Cdk): Remedy {
  return {
    todo: 'bring back what was changed or deleted by hand, with the settings it was deployed with',
    command: cdk.repair,
  };
}

async function subscriptions({ account, aws, cdk }: Scene, topicArn: string | undefined): Promise<readonly Line[]> {
  const about = 'Subscriptions';
  const again = repair(cdk);
  if (!topicArn) return [error(about, 'the stack does not say which topic it publishes to', again)];
  return looking({ about, permission: 'sns:ListSubscriptionsByTopic' }, async () => {
    const all = await account.subscriptions(topicArn);
    if (!all) return [error(about, `there is no topic ${topicArn} any more, so alerts reach nobody`, again)];
    return subscriptionLines(all, (what) => aws(`sns subscribe --topic-arn=${topicArn} ${what}`));
  });
}

function subscriptionLines(all: readonly Subscription[], subscribe: (what: string) => string): readonly Line[] {
  const about = 'Subscriptions';
  const confirmed = all.filter(({ isPending }) => !isPending);
  const pending = all.filter(({ isPending }) => isPending);
  if (all.length === 0) {
    const command = subscribe('--protocol=email --notification-endpoint=you@example.com');
    return [
      error(about, 'nobody is subscribed: alerts and alarms reach nobody', { todo: 'subscribe somebody', command }),
    ];
  }
  const waiting = pending.map(({ protocol, endpoint }) => {
    const todo = protocol.startsWith('email')
      ? 'follow the link in the mail from AWS Notifications; it lives for two days, and this sends a new one'
      : 'confirm it where it arrives; this asks it again';
    const command = subscribe(`--protocol=${protocol} --notification-endpoint=${quoted(endpoint)}`);
    const says = `${endpoint} is not confirmed and hears nothing`;
    return confirmed.length > 0 ? warning(about, says, { todo, command }) : error(about, says, { todo, command });
  });
  return confirmed.length > 0 ? [ok(about, `${confirmed.length} confirmed: ${named(confirmed)}`), ...waiting] : waiting;
}

function named(subscribers: readonly Subscription[]): string {
  const names = subscribers.map(({ protocol, endpoint }) =>
    protocol === 'email' ? endpoint : `${protocol} ${endpoint}`,
  );
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}

async function runsAndFindings(scene: Scene, stack: Stack, withinHours: number | undefined): Promise<readonly Line[]> {
  const { account, identity, now, aws } = scene;
  const name = stack.outputs.CheckFunctionName ?? 'NAME-OF-THE-FUNCTION';
  const invoke = aws(`lambda invoke --function-name=${name} --cli-read-timeout=900`).concat(' /dev/stdout');
  let seen: Awaited<ReturnType<typeof account.runs>> = [];
  const runLines = await looking({ about: 'Last run', permission: 'cloudwatch:GetMetricData' }, async () => {
    seen = await account.runs(new Date(now.getTime() - DAYS_BACK * 86_400_000), now);
    return [lastRun(seen, { now, deployedAt: stack.createdAt, withinHours, invoke })];
  });
  const findingLines = await looking({ about: 'Findings', permission: 'securityhub:GetFindings' }, async () => {
    const open = await account.openFindings(identity, MOST_FINDINGS);
    const completed = seen.find((run) => run.completed);
    return [findings(open, completed, MOST_FINDINGS)];
  });
  return [...runLines, ...findingLines];
}

function alarmsLines(cdk: Cdk, expected: readonly Resource[], found: readonly Alarm[]): readonly Line[] {
  const about = 'Alarms';
  const lines = expected.flatMap(({ logicalId, physicalId }) => {
    const name = /^Alarms(\w+?)([0-9A-F]{8})?$/.exec(logicalId)?.[1] ?? logicalId;
    const alarm = found.find((each) => each.name === physicalId);
    if (!alarm) return [error(about, `${name} was deleted, so nobody is told`, repair(cdk))];
    return alarmLines(cdk, name, alarm);
  });
  if (expected.length === 0)
    return [error(about, 'the stack has none, so nobody is told when the check stops', repair(cdk))];
  return lines.length > 0 ? lines : [ok(about, `all ${expected.length} are quiet`)];
}

function alarmLines(cdk: Cdk, name: string, { state, since, description, tellsSomebody }: Alarm): readonly Line[] {
  const about = 'Alarms';
  const day = since.toISOString().slice(0, 16).replace('T', ' ');
  if (state === 'ALARM')
    return [
      error(about, `${name} is in ALARM since ${day} UTC`, { todo: description.replace(/^Access key check\. /, '') }),
    ];
  if (!tellsSomebody) return [warning(about, `${name} is turned off or tells nobody`, repair(cdk))];
  if (state !== 'OK')
    return [
      warning(about, `${name} has no data yet (${state} since ${day} UTC)`, { todo: 'look again when a run was due' }),
    ];
  return [];
}

async function failureQueue({ account, cdk }: Scene, queue: Resource | undefined): Promise<readonly Line[]> {
  const about = 'Failure queue';
  const again = repair(cdk);
  if (!queue) return [error(about, 'the stack has none', again)];
  return looking({ about, permission: 'sqs:GetQueueAttributes' }, async () => {
    const messages = await account.messagesIn(queue.physicalId);
    if (messages === undefined) return [error(about, 'it was deleted, so runs that fail leave nothing behind', again)];
    if (messages === 0) return [ok(about, 'empty')];
    const todo = 'follow docs/runbook.md#an-event-is-in-the-failure-queue';
    return [error(about, `${count(messages, 'event')} in it: scheduled runs that failed or never came`, { todo })];
  });
}
