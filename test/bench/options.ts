import { parseArgs } from 'node:util';
import type { AccountMix } from './account.ts';
import { PROFILES, type Profile } from './profiles.ts';

export const HELP = `Measures the access-key check against the plain way of writing it, in accounts on this machine.
Nothing leaves it, and no AWS credentials are used. All of it takes about half an hour.

npm run bench                           everything
npm run bench -- --quick                small accounts and few cold starts, in a minute or two
npm run bench -- --cold-start           bundle sizes and times to a ready handler only
npm run bench -- --markdown             and write the tables into docs/performance.md
npm run bench -- --help                 print this

--users 10,500,5000       sizes of the accounts
--failing 0,2,30          how many of the users fail, in percent
--inactive 0              how many of the others keep an inactive second key, in percent
--profile both            rated, unrated or both
--runs 1                  runs of each; the median is shown
--concurrency 5,10,20     measure ours with other numbers of users read at once, instead of the plain way
`;

/** What is to be measured. */
export interface Options {
  readonly mixes: readonly AccountMix[];
  readonly profiles: readonly Profile[];
  readonly runs: number;
  /** Numbers of users read at once to be compared; empty for the comparison with the plain way. */
  readonly concurrencies: readonly number[];
  readonly coldStarts: number;
  readonly coldStartOnly: boolean;
  readonly markdown: boolean;
  readonly help: boolean;
}

/** @throws TypeError that says what is wrong with the arguments */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      users: { type: 'string' },
      failing: { type: 'string' },
      inactive: { type: 'string', default: '0' },
      profile: { type: 'string', default: 'both' },
      runs: { type: 'string', default: '1' },
      concurrency: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'cold-start': { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick, profile } = values;
  if (profile !== 'both' && profile !== 'rated' && profile !== 'unrated') {
    throw new TypeError(`--profile is '${profile}': give rated, unrated or both`);
  }
  const users = numbers('--users', values.users ?? (quick ? '10,200' : '10,500,5000'));
  const failing = numbers('--failing', values.failing ?? (quick ? '2' : '0,2,30'));
  const [inactive = 0] = numbers('--inactive', values.inactive);
  const [runs = 1] = numbers('--runs', values.runs);
  return {
    mixes: mixesOf(users, failing, inactive),
    profiles: profile === 'both' ? [PROFILES.rated, PROFILES.unrated] : [PROFILES[profile]],
    runs: Math.max(1, runs),
    concurrencies: values.concurrency === undefined ? [] : numbers('--concurrency', values.concurrency),
    coldStarts: quick ? 5 : 31,
    coldStartOnly: values['cold-start'],
    markdown: values.markdown,
    help: values.help,
  };
}

/** Every size with every share that fails; shares that come to the same number of users are measured once. */
export function mixesOf(users: readonly number[], failing: readonly number[], inactive: number): readonly AccountMix[] {
  const share = (percent: number, all: number) => Math.round((percent * all) / 100);
  return users.flatMap((all) =>
    [...new Set(failing.map((percent) => share(percent, all)))].map((some) => ({
      users: all,
      failing: some,
      withInactiveKey: share(inactive, all - some),
    })),
  );
}

function numbers(name: string, text: string): readonly number[] {
  if (!/^\d+(,\d+)*$/.test(text)) throw new TypeError(`${name} is '${text}': give whole numbers with commas between`);
  return text.split(',').map(Number);
}
