import { sampleOf, sweep } from './fault-sweep.ts';
import { playHistories, seedsFrom } from './histories.ts';
import { bundleMutant, MUTANTS, type Mutant, removeMutants } from './mutants.ts';
import { Pool } from './pool.ts';

/** Makes one mistake after another and prints what notices it. Those that nothing notices come back. */
export async function checkMutants(size: number, deadline: number): Promise<readonly string[]> {
  const missed: string[] = [];
  for (const [i, mutant] of MUTANTS.entries()) {
    const law = await catches(mutant, new Pool(await bundleMutant(mutant, `mutant-${i}`), size), deadline);
    console.log(`${law === undefined ? 'MISSED' : 'caught'}: ${mutant.name}${law ? ` - by ${law}` : ''}`);
    if (law === undefined) missed.push(`nothing notices that ${mutant.name}`);
  }
  removeMutants();
  return missed;
}

/** The first law that a mistake breaks, with where. */
async function catches({ caughtBy }: Mutant, pool: Pool, deadline: number): Promise<string | undefined> {
  if (caughtBy === 'sweep') {
    const { violations } = await sweep(pool, {
      choose: (ids) => sampleOf(ids, { stride: 60 }),
      deadline,
      isSilent: true,
    });
    const [first] = violations;
    return (
      first && `${lawsOf(violations.flatMap(({ what }) => what))} in ${violations.length} cases, as in '${first.id}'`
    );
  }
  const { violations } = await playHistories(pool, seedsFrom(1, 120), deadline, { isSilent: true, asIs: true });
  const [first] = violations;
  return (
    first &&
    `${lawsOf(violations.flatMap(({ what }) => what))} in ${violations.length} histories, as in that of seed ${first.seed}`
  );
}

function lawsOf(violations: readonly string[]): string {
  return [...new Set(violations.map((what) => what.split(':')[0]))].join(', ');
}
