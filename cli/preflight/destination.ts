import type { ExistingTopic } from '../../infra/settings.ts';
import { count } from '../../lambda/advice/plain.ts';
import type { Topic } from './account.ts';
import { error, type Line, ok, warning } from './line.ts';
import { BLIND, looking } from './look.ts';
import type { Scene } from './setup.ts';
import { NoAwsCliError } from './slack.ts';

/** Whether an existing topic is there, in this Region, and can take what the stack publishes and whom it subscribes. */
export async function alertTopic(
  { account, identity }: Scene,
  setting: ExistingTopic,
  subscribes: boolean,
): Promise<readonly Line[]> {
  const about = 'Alert topic';
  return looking({ about, permission: 'sns:GetTopicAttributes' }, async () => {
    if (setting.region !== identity.region) {
      const todo = `give a topic in ${identity.region}, or deploy to ${setting.region}`;
      return [
        error(about, `it is in ${setting.region}, and alarms in ${identity.region} cannot publish to it`, { todo }),
      ];
    }
    const topic = await account.topic(setting.arn);
    if (!topic)
      return [error(about, `there is no topic ${setting.arn}`, { todo: 'create it, or correct alertTopicArn' })];
    const isOurs = setting.arn.split(':')[4] === identity.account;
    const problems = [
      ...encryption(topic, setting),
      ...reach(topic, subscribes),
      ...(subscribes && !isOurs ? subscribing(topic) : []),
    ];
    return problems.length > 0
      ? problems
      : [ok(about, `there, with ${count(topic.confirmed, 'confirmed subscriber')}`)];
  });
}

/** Alarms can only use a key whose policy lets CloudWatch, and the check only one that its role is told of. */
function encryption({ key }: Topic, { keyArn }: ExistingTopic): readonly Line[] {
  const about = 'Alert topic';
  if (key?.endsWith('alias/aws/sns'))
    return [
      error(about, 'it is encrypted with alias/aws/sns, which no alarm can use', {
        todo: 'encrypt it with a key of your own that lets cloudwatch.amazonaws.com use it',
      }),
    ];
  if (key && !keyArn)
    return [
      error(about, `it is encrypted with ${key}, which the check may not use`, {
        todo: 'give the ARN of that key as alertTopicKeyArn',
      }),
    ];
  if (!key && keyArn)
    return [
      warning(about, 'it is not encrypted, yet alertTopicKeyArn is given', { todo: 'leave alertTopicKeyArn out' }),
    ];
  if (key && keyArn && !key.includes('alias/') && key.split('/').at(-1) !== keyArn.split('/').at(-1))
    return [error(about, `it is encrypted with ${key}, and alertTopicKeyArn is another key`, { todo: 'correct it' })];
  return [];
}

function reach({ policy, confirmed }: Topic, subscribes: boolean): readonly Line[] {
  const about = 'Alert topic';
  const lines: Line[] = [];
  // What SNS gives a new topic allows the whole account, by `AWS:SourceOwner`; alarms count as the account.
  if (!/cloudwatch\.amazonaws\.com|AWS:SourceOwner/i.test(policy))
    lines.push(
      warning(about, 'its policy does not name cloudwatch.amazonaws.com, so alarms may not reach it', {
        todo: 'let it call sns:Publish, as docs/organizations.md shows',
      }),
    );
  if (confirmed === 0 && !subscribes)
    lines.push(
      warning(about, 'it has no confirmed subscriber', { todo: 'subscribe whoever should hear of alerts and alarms' }),
    );
  return lines;
}

/** Only its policy lets another account subscribe anybody. */
function subscribing({ policy }: Topic): readonly Line[] {
  if (/sns:(Subscribe|\*)/i.test(policy)) return [];
  const says = 'its policy does not name sns:Subscribe, so deploying from this account may fail';
  const todo = 'let this account call sns:Subscribe, or leave out alertEmails and Slack and subscribe them there';
  return [warning('Alert topic', says, { todo })];
}

/** Whether Amazon Q Developer in chat applications may post to the workspace. */
export async function slackWorkspace({ account }: Scene, id: string): Promise<readonly Line[]> {
  const about = 'Slack';
  const todo =
    'authorize it once in the console of Amazon Q Developer in chat applications: Configure new client, Slack';
  return looking({ about, permission: 'chatbot:DescribeSlackWorkspaces' }, async () => {
    try {
      const workspaces = await account.slackWorkspaces();
      const workspace = workspaces.find((each) => each.id === id);
      if (!workspace) return [error(about, `the workspace ${id} is not authorized in this account`, { todo })];
      if (!workspace.isEnabled)
        return [
          error(about, `the workspace ${workspace.name} is disabled by a policy of the organization`, {
            todo: 'ask whoever looks after its chat applications policy',
          }),
        ];
      return [ok(about, `the workspace ${workspace.name} is authorized`)];
    } catch (problem) {
      if (!(problem instanceof NoAwsCliError)) throw problem;
      return [
        warning(about, `${BLIND}: there is no AWS CLI here to ask about the workspace ${id}`, {
          todo: `install the AWS CLI, or look in the console. If it is not: ${todo}`,
        }),
      ];
    }
  });
}
