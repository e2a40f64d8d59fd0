import { extname } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { type Config, read, SETTINGS, type Setting } from '../../lambda/config.ts';
import { CannotScan, EXIT } from './cannot-scan.ts';
import { AFTER_OPTIONS, DESCRIPTION } from './help.ts';

/** The formats a scan can be written in. */
export const FORMATS = ['text', 'json', 'asff', 'csv', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** What a program would not open, were plain text in it. */
const OTHER_TYPES = ['pdf', 'xls', 'xlsx', 'ods', 'doc', 'docx', 'odt', 'xml', 'md', 'yaml', 'yml', 'tsv'];

/** The settings of the check that a scan takes, as the deployed function has them. */
export type ScanSettings = Pick<Config, 'unusedAfterDays' | 'rotationGraceDays' | 'sweep' | 'severity'>;

/** What the command line asks for, checked. */
export interface ScanOptions {
  readonly format: Format;
  readonly output: string | undefined;
  readonly user: string | undefined;
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly failOnFindings: boolean;
  readonly quiet: boolean;
  readonly sandbox: boolean;
  readonly printPolicy: boolean;
  readonly settings: ScanSettings;
}

type Given = Readonly<Record<string, string | boolean | undefined>>;

/** Where help and messages about the command line go. */
export interface Screen {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Reads the command line.
 * @returns undefined when help was asked for and given
 * @throws CannotScan naming what is wrong and what is allowed
 */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv, screen: Screen): ScanOptions | undefined {
  const command = commandFor(screen);
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    if (error.code === 'commander.excessArguments') {
      throw usage(`${JSON.stringify(command.args[0])} is not an option: ${WITH_DASHES}; one user is named by --user`);
    }
    const message = error.message
      .replace(/^error: /, '')
      .replaceAll('\n', ' ')
      .replace('. Allowed', ': allowed');
    throw usage(`${message.replace(/\.$/, '')}; see --help`);
  }
  const given: Given = command.opts();
  const taken = takenByNpm(given, env);
  if (taken.length > 0) throw usage(`npm took ${taken.join(' and ')} for itself: ${WITH_DASHES}`);
  return checked(given);
}

const WITH_DASHES = 'write -- before the options, as in `npm run scan -- --fail-on-findings`';

function commandFor({ out, err }: Screen): Command {
  const setting = (flags: string, text: string, { fallback, allowed }: Setting<unknown>) =>
    new Option(flags, `${text}: ${allowed} (default: ${fallback})`);
  return new Command('npm run scan --')
    .usage('[options]')
    .description(DESCRIPTION)
    .addOption(new Option('-f, --format <format>', `text, unless --output ends in one of the others`).choices(FORMATS))
    .option('-o, --output <file>', 'write to a file, replacing it, instead of to standard output')
    .option('-u, --user <name>', "this user only: nobody else's keys are read")
    .option('--fail-on-findings', 'exit with 1 if a user fails, unless it is within its rotation grace')
    .option('-q, --quiet', 'print no progress and no notes, only the result and errors')
    .option('--profile <name>', 'the AWS profile to use, instead of what the environment says')
    .option('--region <region>', 'chooses the partition, and stands in findings (asff); IAM itself is global')
    .addOption(
      setting('--unused-after-days <days>', 'a key unused for longer than this is idle', SETTINGS.unusedAfterDays),
    )
    .addOption(
      setting(
        '--rotation-grace-days <days>',
        'a newest key younger than this is a rotation in progress',
        SETTINGS.rotationGraceDays,
      ),
    )
    .addOption(
      setting(
        '--sweep <how>',
        'auto lets the credential report narrow who is read above 1,000 users, live reads everyone',
        SETTINGS.sweep,
      ),
    )
    .addOption(setting('--severity <label>', 'of the findings (asff, json)', SETTINGS.severity))
    .addOption(
      new Option('--sandbox', 'scan an embedded demo account: no credentials, no network').conflicts('profile'),
    )
    .option('--print-policy', 'print the IAM policy that a scan needs, and do nothing else')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', AFTER_OPTIONS)
    .configureHelp({ helpWidth: 80 })
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err, outputError: () => undefined });
}

function checked(given: Given): ScanOptions {
  const problems: string[] = [];
  const setting = <T>(name: keyof ScanSettings, flag: string, kind: Setting<T>) =>
    read(flag, kind, textOf(given[name]), problems);
  const settings = {
    unusedAfterDays: setting('unusedAfterDays', '--unused-after-days', SETTINGS.unusedAfterDays),
    rotationGraceDays: setting('rotationGraceDays', '--rotation-grace-days', SETTINGS.rotationGraceDays),
    sweep: setting('sweep', '--sweep', SETTINGS.sweep),
    severity: setting('severity', '--severity', SETTINGS.severity),
  };
  for (const name of ['user', 'output', 'profile', 'region']) {
    if (given[name] === '') problems.push(`--${name} is empty`);
  }
  const region = textOf(given.region);
  if (region && !isRegion(region)) problems.push(`--region is ${JSON.stringify(region)}: give one like eu-central-1`);
  if (problems.length > 0) throw usage(`${problems.join('; ')}; see --help`);

  const output = textOf(given.output);
  const format = FORMATS.find((each) => each === given.format) ?? formatOf(output ?? '');
  return {
    ...{ format, output, region, settings },
    user: textOf(given.user),
    profile: textOf(given.profile),
    failOnFindings: given.failOnFindings === true,
    quiet: given.quiet === true,
    sandbox: given.sandbox === true,
    printPolicy: given.printPolicy === true,
  };
}

/** The format that a file's name asks for: text, unless it names another. @throws CannotScan if that one is not known */
function formatOf(file: string): Format {
  const extension = extname(file).slice(1).toLowerCase();
  if (OTHER_TYPES.includes(extension)) {
    throw usage(
      `--output ends in .${extension}, which cannot be written: end it in .html, .csv, .json or .txt, or choose by --format (${FORMATS.join(', ')})`,
    );
  }
  return extension === 'htm' ? 'html' : (FORMATS.find((each) => each === extension) ?? 'text');
}

/** Whether a text has the form of a Region's name. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(text);
}

/** Without `--`, npm takes options for settings of its own and passes on nothing: a pipeline would never fail. */
function takenByNpm(given: Given, env: NodeJS.ProcessEnv): string[] {
  const flags = ['fail-on-findings', 'format', 'output', 'profile', 'region', 'sandbox', 'print-policy'];
  const settings = ['unused-after-days', 'rotation-grace-days', 'sweep', 'severity'];
  return [...flags, ...settings]
    .filter((flag) => env[`npm_config_${flag.replaceAll('-', '_')}`] !== undefined)
    .filter((flag) => given[flag.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] === undefined)
    .map((flag) => `--${flag}`);
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function usage(sentence: string): CannotScan {
  return new CannotScan(sentence, EXIT.usage);
}
