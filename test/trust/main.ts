import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundle } from '../sandbox/runtime/bundle.ts';
import { checkEnormous, type EnormousReport } from './enormous.ts';
import { replayCase, type SweepReport, sweep } from './fault-sweep.ts';
import { type HistoriesReport, playHistories, replayHistory, seedsFrom } from './histories.ts';
import { checkMutants } from './mutation-check.ts';
import { Pool } from './pool.ts';

const HELP = `Tries to make the access-key check lose an alert or say something that is not true.

  npm run trust                     the fault sweep, 1000 histories and an enormous account: about 20 minutes

  --sweep                           only the fault sweep: every fault on every call of a run
  --enormous N                      only an account of N users, all failing, with eight keys each (full: 5000)
  --histories N                     only N random histories of 10 to 30 days
  --seed N                          the seed of the first history; alone: that history, with its days
  --case ID                         one case of the sweep, with what happened in its runs
  --mutants                         makes mistakes in a copy of the function and shows what notices them
  --minutes N                       stop after so many minutes (default 45); what is left counts as not tried
  --help                            this

Exit code 1 if a law was broken or something was not tried.`;

const HISTORIES = 1000;
const ENORMOUS = 5000;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      sweep: { type: 'boolean' },
      histories: { type: 'string' },
      enormous: { type: 'string' },
      seed: { type: 'string' },
      case: { type: 'string' },
      minutes: { type: 'string', default: '45' },
      mutants: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const deadline = performance.now() + numberOf('minutes', values.minutes) * 60_000;
  const size = Math.min(2, availableParallelism());
  if (values.mutants) return (await checkMutants(size, deadline)).length > 0 ? 1 : 0;
  const deployed = bundle();
  const pool = new Pool(deployed.path, size);
  if (values.case !== undefined) return tellOne(await replayCase(pool, values.case));
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : numberOf('seed', values.seed);
  const isReplay = values.seed !== undefined && values.histories === undefined && !values.sweep;
  if (isReplay) return tellOne(await replayHistory(pool, seed));
  const isFull = !values.sweep && values.histories === undefined && values.enormous === undefined;
  const count = numberOf('histories', values.histories ?? (isFull ? String(HISTORIES) : '0'));
  const users = numberOf('enormous', values.enormous ?? (isFull ? String(ENORMOUS) : '0'));

  const problems = [
    ...(isFull || values.sweep ? tellSweep(await sweep(pool, { deadline })) : []),
    ...(count > 0 ? tellHistories(await playHistories(pool, seedsFrom(seed, count), deadline), seed) : []),
    ...(users > 0 ? tellEnormous(await checkEnormous(deployed, users)) : []),
  ];
  for (const problem of problems) console.log(`\n${problem}`);
  return problems.length > 0 ? 1 : 0;
}

/** Prints the figures of a sweep; what is wrong comes back. */
function tellSweep({ calls, kinds, tried, skipped, runs, violations, seconds }: SweepReport): readonly string[] {
  console.log(
    `Fault sweep: ${calls} calls x up to ${kinds} kinds of faults = ${tried} cases in ${runs} runs, violations: ${violations.length}, ${seconds} s`,
  );
  return [
    ...violations.map(({ id, what }) => `${id}\n  ${what.join('\n  ')}\n  replay: npm run trust -- --case '${id}'`),
    ...(skipped > 0 ? [`${skipped} cases were not tried: the time was up`] : []),
  ];
}

/** Prints the figures of histories; what is wrong comes back. */
function tellHistories(
  { tallies, tried, skipped, runs, violations, seconds }: HistoriesReport,
  seed: number,
): readonly string[] {
  console.log(`Histories: ${tried} from seed ${seed} in ${runs} runs, violations: ${violations.length}, ${seconds} s`);
  console.log(`  ${[...tallies].map(([what, times]) => `${what}: ${times}`).join(', ')}`);
  return [
    ...violations.map(({ seed: failing, what, story }) =>
      [`history of seed ${failing}`, ...what, ...story, `replay: npm run trust -- --seed ${failing}`].join('\n  '),
    ),
    ...(skipped > 0 ? [`${skipped} histories were not played: the time was up`] : []),
  ];
}

/** Prints the figures of an enormous account; what is wrong comes back. */
function tellEnormous({
  users,
  calls,
  seconds,
  peakMegabytes,
  messageBytes,
  problems,
}: EnormousReport): readonly string[] {
  console.log(
    `Enormous account: ${users} users with 8 active keys each in ${calls} calls, ${seconds} s, at most ${peakMegabytes} MB, a message of ${messageBytes} bytes, violations: ${problems.length}`,
  );
  return problems.map((problem) => `enormous account: ${problem}`);
}

function tellOne(report: Awaited<ReturnType<typeof replayCase>>): number {
  const { story = [], violations = ['nothing came of it'] } = report ?? {};
  for (const line of story) console.log(line);
  for (const violation of violations) console.log(`violation: ${violation}`);
  if (violations.length === 0) console.log('no violation');
  return violations.length > 0 ? 1 : 0;
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new Error(`--${option} is ${JSON.stringify(text)}: give a whole number`);
  return value;
}
