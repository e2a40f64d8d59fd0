import { setMaxListeners } from 'node:events';
import { count } from '../../lambda/advice/plain.ts';
import { iamInventory } from '../../lambda/inventory/iam.ts';
import { type Output, type Paint, paintFor, unpainted } from '../paint.ts';
import { report } from '../report/page.ts';
import { type Scan, scanAccount } from './account.ts';
import { scanAsff } from './asff.ts';
import { watch } from './call-journal.ts';
import { CannotScan, EXIT } from './cannot-scan.ts';
import { scanCsv } from './csv.ts';
import { type Circumstances, explain, explainMost } from './explain.ts';
import type { Connection } from './iam-connection.ts';
import { scanJson } from './json.ts';
import { type Format, parseOptions, type ScanOptions } from './options.ts';
import { deniedText, partitionOf, readPolicy } from './permissions.ts';
import { progressOn } from './progress.ts';
import { requireWritable, writeResult } from './result-file.ts';
import { connectToSandbox } from './sandbox.ts';
import { scanText } from './text.ts';

/** What the command needs from outside. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly now: () => Date;
  readonly connect: (options: ScanOptions, env: NodeJS.ProcessEnv) => Promise<Connection>;
}

/** One scan from the command line to the result. Resolves with the exit code; every failure is a sentence on stderr. */
export async function scan(args: readonly string[], world: World): Promise<number> {
  const { env, stdout, stderr } = world;
  try {
    const screen = { out: (text: string) => stdout.write(text), err: (text: string) => stderr.write(text) };
    const options = parseOptions(args, env, screen);
    if (options === undefined) return EXIT.clean;
    if (options.output !== undefined) requireWritable(options.output);
    if (options.printPolicy) {
      printPolicy(options, world);
      return EXIT.clean;
    }
    return await scanWith(options, world);
  } catch (error) {
    if (!(error instanceof CannotScan)) throw error;
    stderr.write(`${paintFor(stderr)('red', 'scan:')} ${error.message}\n${error.detail}`);
    return error.exitCode;
  }
}

function printPolicy(options: ScanOptions, { env, stdout, stderr }: World): void {
  const partition = partitionOf(options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION);
  write(options, `${JSON.stringify(readPolicy(partition, options.settings.sweep), undefined, 2)}\n`, stdout);
  if (options.output !== undefined && !options.quiet) stderr.write(`note: written to ${options.output}\n`);
}

async function scanWith(options: ScanOptions, world: World): Promise<number> {
  const { env, stderr, stdout } = world;
  const connection = await (options.sandbox ? connectToSandbox(options.region) : world.connect(options, env));
  const { region, account } = connection;
  const partition = partitionOf(region);
  const progress = progressOn(stderr, options.quiet, env);
  const journal = watch(connection.client, progress.throttled);
  const circumstances = { env, ...(options.profile !== undefined && { profile: options.profile }) };
  const target = { region, account, partition, settings: options.settings, onlyUser: options.user };
  try {
    if (options.format === 'asff' && region === undefined) {
      throw new CannotScan('findings are of a Region: give the one of your Security Hub by --region', EXIT.usage);
    }
    const { signal } = new AbortController();
    // Every call under way listens, which Node would take for a leak and say so.
    setMaxListeners(0, signal);
    const inventory = iamInventory(connection.client, signal);
    const found = await scanAccount(target, inventory, progress, connection.now ?? world.now());
    progress.stop();
    const isForTerminal = options.output === undefined;
    write(options, WRITERS[options.format](found, isForTerminal ? paintFor(stdout) : unpainted), stdout);
    if (!options.quiet) stderr.write(notes(options, found, connection));
    if (found.unreadable.length > 0) stderr.write(notLookedAt(found, circumstances, paintFor(stderr)));
    if (!options.quiet || found.unreadable.length > 0) stderr.write(deniedText(journal.denied(), found.partition));
    return exitCodeOf(found, options);
  } catch (error) {
    progress.stop();
    const detail = deniedText(journal.denied(), partition);
    throw explain(error, { ...circumstances, detail });
  } finally {
    await connection.close();
  }
}

const WRITERS: Readonly<Record<Format, (scan: Scan, paint: Paint) => string>> = {
  text: scanText,
  json: scanJson,
  asff: scanAsff,
  csv: scanCsv,
  html: report,
};

/** Not looked at outweighs found: whoever only asks for failures must not take half an answer for a whole one. */
function exitCodeOf({ unreadable, failing }: Scan, { failOnFindings }: ScanOptions): number {
  if (unreadable.length > 0) return EXIT.incomplete;
  const told = failing.filter(({ diagnosis }) => diagnosis.cause !== 'rotation-in-progress');
  return failOnFindings && told.length > 0 ? EXIT.findings : EXIT.clean;
}

/** How many users nothing is known about, and what to do about the commonest reason; never silent, as it costs the result. */
function notLookedAt({ unreadable, listed }: Scan, circumstances: Circumstances, paint: Paint): string {
  const why = explainMost(
    unreadable.map(({ reason }) => reason),
    circumstances,
  );
  const users = `${unreadable.length} of ${count(listed, 'user')} could not be looked at`;
  return `${paint('red', 'scan:')} ${users}${why === undefined ? '' : `: ${why}`}\n`;
}

function notes({ output }: ScanOptions, { gaps }: Scan, connection: Connection): string {
  const lines = [
    ...connection.notes,
    ...gaps.filter(({ userName }) => userName === undefined).map(({ message, reason }) => `${message}: ${reason}`),
    ...(output === undefined ? [] : [`written to ${output}`]),
  ];
  return lines.map((line) => `note: ${line}\n`).join('');
}

function write({ output }: ScanOptions, text: string, stdout: Output): void {
  if (output === undefined) stdout.write(text);
  else writeResult(output, text);
}
