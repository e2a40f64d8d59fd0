import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountMix } from './account.ts';
import { VERY_LARGE } from './bound.ts';
import { COLD_START_COLUMNS, coldStarts } from './cold-start.ts';
import { COLUMNS, resultsOf } from './comparison.ts';
import { type Contestant, ours, oursWith, plain, setUp, type Workshop } from './contestants.ts';
import { type Measurement, measure } from './measure.ts';
import { HELP, type Options, parseOptions } from './options.ts';
import { writeTable } from './performance-page.ts';
import type { Profile } from './profiles.ts';
import { type Column, toMarkdown, toText } from './table.ts';

const options = optionsFrom(process.argv.slice(2));
if (options === undefined) process.exitCode = 2;
else if (options.help) process.stdout.write(HELP);
else await main(options);

async function main(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const workshop = setUp(folder);
    const show = <Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]) => {
      process.stdout.write(`\n${name}\n${toText(columns, rows)}\n`);
      if (options.markdown) writeTable(name, toMarkdown(columns, rows));
    };
    show('cold-start', COLD_START_COLUMNS, await coldStarts(workshop, options.coldStarts));
    for (const profile of options.coldStartOnly ? [] : options.profiles) {
      const name = options.concurrencies.length > 0 ? `concurrency-${profile.name}` : profile.name;
      show(name, COLUMNS, resultsOf(await measureAll(profile, options, workshop)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Where calls are rated, processes mostly wait, so that the contestants of an account run at the same time, each in an
 * account of its own. Without rates they would take the CPU from each other and run one after another.
 */
async function measureAll(profile: Profile, { mixes, runs, concurrencies }: Options, workshop: Workshop) {
  const measurements: Measurement[] = [];
  for (const mix of mixes) {
    const contestants = await contestantsFor(mix, concurrencies, workshop);
    for (let run = 0; run < runs; run++) {
      const works = contestants.map((contestant) => async () => {
        const measurement = await measure(contestant, { mix, profile }, workshop);
        progress(measurement);
        measurements.push(measurement);
      });
      if (profile.name === 'rated') await Promise.all(works.map((work) => work()));
      else for (const work of works) await work();
    }
  }
  const order = (each: Measurement) => [each.mix.users, each.mix.failing];
  return measurements.toSorted(
    (a, b) => compare(order(a), order(b)) || a.contestant.localeCompare(b.contestant, 'en', { numeric: true }),
  );
}

async function contestantsFor(
  { users }: AccountMix,
  concurrencies: readonly number[],
  workshop: Workshop,
): Promise<readonly Contestant[]> {
  if (concurrencies.length > 0) {
    return Promise.all(concurrencies.map((concurrency) => oursWith(concurrency, workshop)));
  }
  const sweeps = users > VERY_LARGE ? (['live', 'auto'] as const) : (['live'] as const);
  return [plain(workshop), ...sweeps.map((sweep) => ours(sweep, workshop))];
}

function progress({ profile, mix, contestant, seconds, lost, error }: Measurement): void {
  const what = `${profile}, ${mix.users} users, ${mix.failing} failing: ${contestant}`;
  process.stderr.write(`${what} took ${seconds.toFixed(1)} s, ${lost} lost${error ? `, failed: ${error}` : ''}\n`);
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((number, i) => number - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function optionsFrom(args: string[]): Options | undefined {
  try {
    return parseOptions(args);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return undefined;
  }
}
