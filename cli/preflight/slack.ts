import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AnswerError, given, type Workspace } from './account.ts';

/** The service is global, and answers in a few Regions only; this is one: https://github.com/aws/aws-cli/issues/8658 */
const REGION = 'us-east-2';

const TIMEOUTS = ['--cli-connect-timeout=5', '--cli-read-timeout=15'];

/** The AWS CLI is not installed. */
export class NoAwsCliError extends Error {
  override readonly name = 'NoAwsCliError';
}

/** The AWS CLI could not look; the name is AWS's own name of the error, if it gave one. */
export class AwsCliError extends Error {
  constructor(said: string, cause: unknown) {
    super(said.replace(/^(aws: )?\[?(error|ERROR)\]?: /, ''), { cause });
    this.name = /An error occurred \((\w+)\)/.exec(said)?.[1] ?? 'AwsCliError';
  }
}

/**
 * The Slack workspaces that Amazon Q Developer in chat applications is authorized for. Asked through the AWS CLI, which
 * everyone who follows the README has: this one question is not worth a client of its own.
 * @throws NoAwsCliError where there is no AWS CLI
 * @throws AwsCliError with what the AWS CLI said
 */
export async function slackWorkspaces(): Promise<readonly Workspace[]> {
  const args = ['chatbot', 'describe-slack-workspaces', '--region', REGION, '--output', 'json', ...TIMEOUTS];
  try {
    const { stdout } = await promisify(execFile)('aws', args, { timeout: 60_000 });
    return workspacesIn(JSON.parse(stdout));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new AwsCliError('the AWS CLI answered with something else than JSON', error);
    if (!(error instanceof Error) || !('stderr' in error)) throw error;
    if ('code' in error && error.code === 'ENOENT') throw new NoAwsCliError('the AWS CLI is not installed');
    throw new AwsCliError(String(error.stderr).trim().split('\n').at(-1) || error.message, error);
  }
}

/** https://docs.aws.amazon.com/chatbot/latest/APIReference/API_DescribeSlackWorkspaces.html */
function workspacesIn(answer: unknown): readonly Workspace[] {
  const list = field(answer, 'SlackWorkspaces');
  if (!Array.isArray(list)) throw new AnswerError('AWS answered without SlackWorkspaces');
  return list.map((workspace: unknown) => ({
    id: String(given(field(workspace, 'SlackTeamId'), 'SlackTeamId')),
    name: String(given(field(workspace, 'SlackTeamName'), 'SlackTeamName')),
    isEnabled: field(workspace, 'State') !== 'DISABLED',
  }));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
