import { type Settings, SettingsError } from '../../infra/settings.ts';
import type { Account, Identity, Stack } from './account.ts';
import type { Cdk } from './cdk.ts';
import { alertTopic, slackWorkspace } from './destination.ts';
import { error, type Line, ok, warning } from './line.ts';
import { looking } from './look.ts';

/** What every check may refer to. */
export interface Scene {
  readonly account: Account;
  readonly identity: Identity;
  readonly now: Date;
  /** An AWS CLI command for this account and Region. */
  readonly aws: (command: string) => string;
  /** The commands of cdk for this account and Region, with the settings given. */
  readonly cdk: Cdk;
}

/** What deploying needs, apart from the credentials. */
export interface Needs {
  /** Undefined if they are wrong: their problems have lines of their own. */
  readonly settings: Settings | undefined;
  readonly toolkitStack: string;
  readonly isDeployed: boolean;
}

/**
 * The oldest bootstrap that the stack's assets can be uploaded to. Synthesis writes the same number into cdk.out:
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
const LEAST_BOOTSTRAP = 6;

/** Whether what deploying needs is there. */
export async function setup(scene: Scene, { settings, toolkitStack, isDeployed }: Needs): Promise<readonly Line[]> {
  const lines = await Promise.all([
    bootstrap(scene, toolkitStack, isDeployed),
    securityHub(scene, settings, isDeployed),
    settings?.alertTopic ? alertTopic(scene, settings.alertTopic, subscribes(settings)) : [],
    settings?.slack ? slackWorkspace(scene, settings.slack.workspaceId) : [],
    settings?.permissionsBoundary ? boundary(scene, settings.permissionsBoundary) : [],
  ]);
  return lines.flat();
}

/** What is wrong with the settings, a line each. */
export function problemsOf(settings: Settings | SettingsError): readonly Line[] {
  if (!(settings instanceof SettingsError)) return [];
  const problems = settings.message.split('\n- ').slice(1);
  return problems.map((problem) => error('Settings', problem, { todo: 'correct it; README.md lists the settings' }));
}

/** What is wrong with the settings, or what they come to. */
export function settingsLines(settings: Settings | SettingsError, isDeployed: boolean, cdk: Cdk): readonly Line[] {
  if (settings instanceof SettingsError) return problemsOf(settings);
  const { alertEmails, slack, alertTopic, schedule } = settings;
  const listeners = [...alertEmails, ...(slack ? ['Slack'] : []), ...(alertTopic ? [alertTopic.arn] : [])];
  if (listeners.length > 0)
    return [ok('Settings', `${schedule.expression} ${schedule.timeZone}; alerts to ${listeners.join(', ')}`)];
  // Once deployed, the subscriptions tell who listens.
  if (isDeployed)
    return [ok('Settings', `${schedule.expression} ${schedule.timeZone}, unless it was deployed with others`)];
  const todo = 'give at least one address, here and when you deploy, or a Slack channel, or an existing topic';
  return [
    warning('Settings', 'alerts and alarms would reach nobody', {
      todo,
      command: cdk.deploy('alertEmails=you@example.com'),
    }),
  ];
}

function subscribes({ alertEmails, slack }: Settings): boolean {
  return alertEmails.length > 0 || slack !== undefined;
}

async function bootstrap(scene: Scene, name: string, isDeployed: boolean): Promise<readonly Line[]> {
  const subject = { about: 'CDK bootstrap', permission: 'cloudformation:DescribeStacks' };
  return looking(subject, async () => [bootstrapLine(scene, name, await scene.account.stack(name), isDeployed)]);
}

function bootstrapLine({ identity, cdk }: Scene, name: string, stack: Stack | undefined, isDeployed: boolean): Line {
  const about = 'CDK bootstrap';
  const command = cdk.bootstrap(identity.account, identity.region);
  if (!stack || stack.status === 'REVIEW_IN_PROGRESS') {
    const todo = 'run this once, or give the name of the stack with --toolkit-stack-name if it has another one';
    // A stack from the template of `npm run template` needs no bootstrap, and one that was deployed needs it no more.
    if (isDeployed)
      return warning(about, `there is no stack ${name}, so \`npm run deploy\` cannot update the check`, {
        todo,
        command,
      });
    return error(about, `there is no stack ${name} in ${identity.region}, so cdk cannot upload the function`, {
      todo,
      command,
    });
  }
  const version = Number(stack.outputs.BootstrapVersion);
  if (!/_COMPLETE$/.test(stack.status) || /^(ROLLBACK|DELETE)_/.test(stack.status))
    return error(about, `the stack ${name} is ${stack.status}`, {
      todo: 'bring it in order, then bootstrap again',
      command,
    });
  if (!Number.isInteger(version))
    return error(about, `the stack ${name} does not say which version it has`, { todo: 'bootstrap again', command });
  if (version < LEAST_BOOTSTRAP)
    return error(about, `version ${version} is too old: ${LEAST_BOOTSTRAP} is needed`, {
      todo: 'bring it up to date',
      command,
    });
  return ok(about, `version ${version}`);
}

async function securityHub(
  scene: Scene,
  settings: Settings | undefined,
  isDeployed: boolean,
): Promise<readonly Line[]> {
  const { account, identity, aws } = scene;
  const about = 'Security Hub';
  return looking({ about, permission: 'securityhub:DescribeHub' }, async () => {
    if (await account.isSecurityHubEnabled()) return [ok(about, `enabled in ${identity.region}`)];
    const says = (effect: string) => `not enabled in ${identity.region}, so ${effect}`;
    const remedy = {
      todo: 'enable it, here without the standards that cost money',
      command: aws('securityhub enable-security-hub --no-enable-default-standards'),
    };
    if (isDeployed) return [error(about, says('no finding is recorded and every run fails'), remedy)];
    if (settings?.securityHubInsight === false)
      return [warning(about, says('every run will fail until it is'), remedy)];
    return [error(about, says('the deployment fails'), remedy)];
  });
}

async function boundary({ account, identity }: Scene, name: string): Promise<readonly Line[]> {
  const about = 'Boundary';
  return looking({ about, permission: 'iam:GetPolicy' }, async () => {
    const arn = `arn:${identity.partition}:iam::${identity.account}:policy/${name}`;
    if (await account.policyExists(arn)) return [ok(about, `the policy ${name} is there`)];
    return [error(about, `there is no policy ${arn}`, { todo: 'create it, or correct permissionsBoundary' })];
  });
}
