import { parseSettings, type Settings, SettingsError } from '../../infra/settings.ts';
import type { Account, Identity, Stack } from './account.ts';
import { cdkWith } from './cdk.ts';
import { identityProblem } from './identity.ts';
import { type Line, quoted } from './line.ts';
import { looking } from './look.ts';
import { running } from './running.ts';
import { problemsOf, type Scene, settingsLines, setup } from './setup.ts';
import { isDeployed, stackLine } from './stack.ts';

/** What is asked about. */
export interface Question {
  /** Settings as cdk would get them. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Those of them that were given on the command line, as `name=value`. */
  readonly given: readonly string[];
  readonly stackName: string;
  readonly toolkitStack: string;
  /** Whether a missing stack is an error. */
  readonly mustBeDeployed: boolean;
  readonly profile?: string | undefined;
  /** The Region, if it was named on the command line. */
  readonly region?: string | undefined;
  readonly now: Date;
}

/** Everything that was looked at. */
export interface Report {
  /** Undefined if AWS could not be asked; then only the settings were looked at. */
  readonly identity: Identity | undefined;
  readonly setup: readonly Line[];
  readonly running: readonly Line[];
}

/** Looks at all of it, and changes nothing. */
export async function preflight(account: Account, question: Question): Promise<Report> {
  const { stackName, toolkitStack, mustBeDeployed, profile, region, now } = question;
  const settings = settingsFrom(question.context);
  // Whatever the SDK throws while it looks for credentials, a broken configuration is told as a line.
  const identity = await account.identity().catch((problem: unknown) => identityProblem(problem, profile));
  if ('level' in identity) return { identity: undefined, setup: [...problemsOf(settings), identity], running: [] };

  const as = profile ? [`--profile=${quoted(profile)}`] : [];
  const scene: Scene = {
    ...{ account, identity, now },
    aws: (command) => ['aws', command, `--region=${identity.region}`, ...as].join(' '),
    cdk: cdkWith({ profile, region, toolkitStack, settings: settings instanceof SettingsError ? [] : question.given }),
  };
  let stack: Stack | undefined;
  const stackLines = await looking({ about: 'Stack', permission: 'cloudformation:DescribeStacks' }, async () => {
    stack = await account.stack(stackName);
    return [stackLine(scene, stackName, stack, mustBeDeployed)];
  });
  const deployed = isDeployed(stack) ? stack : undefined;
  const needs = { settings: settings instanceof SettingsError ? undefined : settings, toolkitStack };
  const [before, after] = await Promise.all([
    setup(scene, { ...needs, isDeployed: deployed !== undefined }),
    deployed ? running(scene, stackName, deployed) : [],
  ]);
  return {
    identity,
    setup: [...settingsLines(settings, deployed !== undefined, scene.cdk), ...before],
    running: [...stackLines, ...after],
  };
}

function settingsFrom(context: Question['context']): Settings | SettingsError {
  try {
    return parseSettings(context);
  } catch (problem) {
    if (problem instanceof SettingsError) return problem;
    throw problem;
  }
}
