import { parseArgs } from 'node:util';

/** What `npm run template -- --help` says. */
export const HELP = `Usage: npm run template -- [options]

Writes the access key check as one CloudFormation template without assets, to
deploy it to every account of an organization: see docs/organizations.md.

Options:
  -c, --context <name=value>  a setting to fix in the template; may be repeated
  -o, --output <file>         default: access-key-check.template.json
  -h, --help                  print this

Schedule, AlertEmail, AlertTopicArn and AlertTopicKeyArn are parameters of the
template. All other settings are in README.md.

Example:
  npm run template -- -c severity=HIGH -c reminderDays=14

Exit codes: 0 the template was written, 1 it was not.
`;

/** What `npm run template` is told. */
export interface TemplateArguments {
  readonly context: Readonly<Record<string, string>>;
  readonly output: string;
}

/** The arguments are wrong; the message says in a line which, and why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the arguments, or finds that help is asked for.
 * @throws UsageError naming the first one that is wrong
 */
export function templateArguments(args: readonly string[]): TemplateArguments | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [extra] = positionals;
  if (extra !== undefined)
    throw new UsageError(`${extra} is no option${extra.includes('=') ? `: did you mean -c ${extra}?` : ''}`);
  return { context: Object.fromEntries(values.context.map(setting)), output: values.output };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        context: { type: 'string', short: 'c', multiple: true, default: [] },
        output: { type: 'string', short: 'o', default: 'access-key-check.template.json' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // What follows the first sentence tells how to write file names that begin with a hyphen.
    throw new UsageError(error.message.split(/[.\n]/)[0], { cause: error });
  }
}

function setting(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`-c ${text} is no setting: give -c name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}
