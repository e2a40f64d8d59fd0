import fc from 'fast-check';
import type { Deployed } from './deployed.ts';
import { histories } from './history.ts';
import { type PlayedHistory, playDays } from './history-play.ts';
import type { Report } from './pool.ts';

/** How long a failing history is made smaller before it is told as it is. */
const SHRINKING_MS = 90_000;

/** Plays the history of a seed. If it breaks a law, the smallest one found that still breaks one is told, unless it is wanted as it is. */
export async function playHistory(
  deployed: Deployed,
  { seed, verbose, asIs }: { seed: number; verbose?: boolean; asIs?: boolean },
): Promise<Report> {
  let deadline = Number.POSITIVE_INFINITY;
  let runs = 0;
  let last: PlayedHistory | undefined;
  const property = fc.asyncProperty(histories(), async (history) => {
    if (performance.now() > deadline) return;
    const played = await playDays(deployed, history);
    runs += played.runs;
    if (played.violations.length === 0) {
      last ??= played;
      return;
    }
    if (deadline === Number.POSITIVE_INFINITY) deadline = performance.now() + SHRINKING_MS;
    last = played;
    throw new Error(played.violations.join('\n'));
  });
  const { failed, counterexample } = await fc.check(property, { seed, numRuns: 1, endOnFailure: asIs === true });
  const story = last?.story ?? [];
  const tallies = last?.tallies ?? {};
  if (!failed) return { violations: [], runs, tallies, ...(verbose && { story }) };
  return {
    violations: last?.violations ?? ['it failed, but not again'],
    runs,
    story: [...story, JSON.stringify(counterexample?.[0])],
  };
}
