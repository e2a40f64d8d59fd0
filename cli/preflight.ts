import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import cdkJson from '../cdk.json' with { type: 'json' };
import { takenByNpm } from '../infra/settings.ts';
import { reasonOf } from '../lambda/advice/plain.ts';
import { paintFor } from './paint.ts';
import { awsAccount } from './preflight/aws.ts';
import { TOOLKIT_STACK } from './preflight/cdk.ts';
import { countOf, toJson, toText } from './preflight/print.ts';
import { preflight } from './preflight/report.ts';
import { enterSandbox } from './preflight/sandbox.ts';
import { agentFor } from './proxy.ts';
import { isRegion } from './scan/options.ts';

const EXIT = { ok: 0, errors: 1, usage: 3 } as const;

const AFTER_HELP = `
Looks at the account of the current AWS credentials, as cdk finds them, and
never changes anything. Before deploying it tells what is missing; afterwards,
whether the check works.

Examples:
  npm run preflight -- -c alertEmails=security@example.com
  npm run preflight -- --deployed --strict --json
  npm run preflight -- --sandbox

Exit codes: 0 no errors, 1 errors, 3 wrong arguments.`;

/** What would stand against a profile that was asked for; empty is as good as not set. */
const NO_KEYS = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' };

/** What npm takes for its own where `--` is forgotten; it would then be missing here, and nobody told. */
const FLAGS = {
  profile: 'profile',
  region: 'region',
  stackName: 'stack-name',
  toolkitStackName: 'toolkit-stack-name',
  deployed: 'deployed',
  strict: 'strict',
  sandbox: 'sandbox',
  json: 'json',
} as const;

interface Options {
  readonly context?: Readonly<Record<string, string>>;
  readonly profile?: string;
  readonly region?: string;
  readonly stackName: string;
  readonly toolkitStackName: string;
  readonly deployed?: true;
  readonly strict?: true;
  readonly sandbox?: true;
  readonly json?: true;
}

const command = new Command('npm run preflight')
  .usage('-- [options]')
  .helpOption('-h, --help', 'print this')
  .configureHelp({ helpWidth: 80 })
  .description('Tells whether the access key check can be deployed here, and whether it works.')
  .option('-c, --context <name=value>', 'a setting, as for cdk; may be repeated', setting)
  .option('--profile <name>', 'a profile of the AWS configuration')
  .option('--region <name>', 'the Region; default: as in the environment or profile')
  .option('--stack-name <name>', 'the stack of the check', 'AccessKeyCheck')
  .option('--toolkit-stack-name <name>', 'the stack of the CDK bootstrap', TOOLKIT_STACK)
  .option('--deployed', 'a check that is not deployed is an error')
  .option('--strict', 'exit with 1 on warnings as well')
  .addOption(
    new Option('--sandbox', 'look at an embedded demo account: no credentials, no network').conflicts('profile'),
  )
  .option('--json', 'print JSON')
  .addHelpText('after', AFTER_HELP)
  // Those that are no options are named below, which commander does not do.
  .allowExcessArguments()
  .showHelpAfterError('Try: npm run preflight -- --help')
  .exitOverride();

// What the SDK says about Node's version is for those who build with it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

process.stdout.once('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads has seen enough, as with `| head`.
  if (error.code === 'EPIPE') process.exit(EXIT.errors);
  throw error;
});

try {
  await main(command.parse().opts<Options>());
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}

async function main(options: Options): Promise<void> {
  const { env, stdout, stderr } = process;
  refuse(options, env);
  const agent = secureAgent(env);
  const sandbox = options.sandbox && (await enterSandbox(env));
  if (sandbox) stderr.write('note: this is a demo account inside this process: nothing of yours was read\n');
  const region = chooseAccount(options, env);
  const isWatched = stderr.isTTY && !options.json;
  if (isWatched) stderr.write('Looking …');
  const report = await preflight(awsAccount(region, agent), {
    context: { ...cdkJson.context, ...options.context },
    given: Object.entries(options.context ?? {}).map((setting) => setting.join('=')),
    stackName: options.stackName,
    toolkitStack: options.toolkitStackName,
    mustBeDeployed: options.deployed === true,
    profile: env.AWS_PROFILE,
    region: options.region,
    now: sandbox ? sandbox.now : new Date(),
  }).finally(() => {
    if (isWatched) stderr.write('\r\u001b[K');
    if (sandbox) sandbox.close();
  });

  const lines = [...report.setup, ...report.running];
  stdout.write(options.json ? toJson(report) : toText(report, paintFor(stdout)));
  const isBad = countOf(lines, 'error') + (options.strict ? countOf(lines, 'warning') : 0) > 0;
  process.exitCode = isBad ? EXIT.errors : EXIT.ok;
}

/** Ends the program on a command line that is not what was meant, naming everything at once. */
function refuse(options: Options, env: NodeJS.ProcessEnv): void {
  const problems = [...lostFlags(env), ...takenByNpm(env), ...wrongValues(options)];
  if (command.args[0] !== undefined)
    problems.push(`${JSON.stringify(command.args[0])} is not an option: write options as in \`-- --deployed\``);
  if (problems.length > 0) command.error(`error: ${problems.join('; ')}`);
}

function lostFlags(env: NodeJS.ProcessEnv): readonly string[] {
  const lost = Object.entries(FLAGS)
    .filter(([, flag]) => env[`npm_config_${flag.replaceAll('-', '_')}`] !== undefined)
    .filter(([name]) => command.getOptionValueSource(name) !== 'cli')
    .map(([, flag]) => `--${flag}`);
  return lost.length > 0 ? [`npm took ${lost.join(' and ')} for itself: write -- before the options`] : [];
}

function wrongValues(options: Options): readonly string[] {
  const { profile, region, stackName, toolkitStackName } = options;
  const values = { profile, region, 'stack-name': stackName, 'toolkit-stack-name': toolkitStackName };
  const empty = Object.entries(values).filter(([, value]) => value === '');
  const isWrong = region && !isRegion(region);
  return [
    ...empty.map(([flag]) => `--${flag} is empty`),
    ...(isWrong ? [`--region is ${JSON.stringify(region)}: give one like eu-central-1`] : []),
  ];
}

/**
 * Makes the SDK's clients and the AWS CLI agree on whose account it is, and where. cdk also reads AWS_DEFAULT_REGION.
 * @returns the Region, if the environment or the command line names one
 */
function chooseAccount({ profile, region }: Options, env: NodeJS.ProcessEnv): string | undefined {
  if (profile) Object.assign(env, { ...NO_KEYS, AWS_PROFILE: profile });
  // Where a profile has no credentials, the SDK would go on to the machine's own, and so perhaps to another account.
  if (env.AWS_PROFILE) env.AWS_EC2_METADATA_DISABLED ??= 'true';
  if (env.AWS_PROFILE) delete env.AWS_WEB_IDENTITY_TOKEN_FILE;
  const place = region || env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
  if (place === undefined) delete env.AWS_REGION;
  return place;
}

function secureAgent(env: NodeJS.ProcessEnv): ReturnType<typeof agentFor> {
  try {
    return agentFor(env);
  } catch (error) {
    return command.error(`HTTPS_PROXY or AWS_CA_BUNDLE cannot be used: ${reasonOf(error)}`);
  }
}

/** One `-c name=value`, added to those before. */
function setting(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
