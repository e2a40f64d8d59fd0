import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../sandbox/runtime/bundle.ts';
import { sampleOf, sweep } from './fault-sweep.ts';
import { playHistories, seedsFrom } from './histories.ts';
import { bundleMutant, MUTANTS, removeMutants } from './mutants.ts';
import { Pool } from './pool.ts';

/* A sample of what `npm run trust` tries, chosen so that it fits into `npm run check`. */

/** Far more than it takes: the machine may be busy. */
const SECONDS = 240;
const deadline = () => performance.now() + SECONDS * 1000;

let pool: Pool;
beforeAll(() => {
  pool = new Pool(bundle().path, 2);
});
afterAll(removeMutants);

test(
  'every kind of fault on every operation loses no alert, records nothing untrue and is reported',
  async () => {
    const choose = (ids: readonly string[]) => sampleOf(ids, { stride: 400 });
    const { violations, skipped, tried } = await sweep(pool, { choose, deadline: deadline(), isSilent: true });
    expect(violations).toEqual([]);
    expect(skipped).toBe(0);
    expect(tried).toBeGreaterThan(140);
  },
  SECONDS * 1000,
);

test(
  'weeks in which everything happens, in any order, keep every promise',
  async () => {
    const random = Math.floor(Math.random() * 1e9);
    console.log(`random histories from seed ${random}; one of them again: npm run trust -- --seed N`);
    const seeds = [...seedsFrom(1, 25), ...seedsFrom(random, 3)];
    const { violations, skipped } = await playHistories(pool, seeds, deadline(), { isSilent: true });
    expect(violations).toEqual([]);
    expect(skipped).toBe(0);
  },
  SECONDS * 1000,
);

test(
  'the laws can be broken: a function that records what it could not publish as told is found out',
  async () => {
    const [mutant] = MUTANTS;
    if (mutant === undefined) throw new Error('there is no mutant to try');
    const broken = new Pool(await bundleMutant(mutant, 'test'), 1);
    const choose = (ids: readonly string[]) => ids.filter((id) => /^few\/Publish\/(?:denied|empty)$/.test(id));
    const { violations, tried } = await sweep(broken, {
      choose,
      accounts: ['few'],
      deadline: deadline(),
      isSilent: true,
    });
    expect(tried).toBe(2);
    expect(violations.map(({ id }) => id)).toEqual(expect.arrayContaining(['few/Publish/denied', 'few/Publish/empty']));
  },
  SECONDS * 1000,
);
