import { invoke } from '../sandbox/runtime/invoke.ts';
import type { AccountMix } from './account.ts';
import { boundSeconds, callsNeeded, VERY_LARGE } from './bound.ts';
import type { Contestant, Workshop } from './contestants.ts';
import { hostAccount } from './hosted-account.ts';
import { type AccountView, figuresOf, type JournalFigures } from './journal.ts';
import type { Profile } from './profiles.ts';

/** One run of one contestant in a fresh account and a fresh process. */
export interface Measurement extends JournalFigures {
  readonly contestant: string;
  readonly mix: AccountMix;
  readonly profile: Profile['name'];
  /** Users the run itself says it could not read; undefined if the run said nothing. */
  readonly unreadable: number | undefined;
  /** Why the run failed, if it did. */
  readonly error: string | undefined;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly boundSeconds: number;
  readonly view: AccountView;
}

/** Runs the contestant once. */
export async function measure(
  contestant: Contestant,
  { mix, profile }: { readonly mix: AccountMix; readonly profile: Profile },
  { account }: Workshop,
): Promise<Measurement> {
  await using host = await hostAccount(account, { mix, profile });
  const outcome = await invoke(contestant.bundle, {
    env: { ...host.env, ALERT_TOPIC_ARN: host.topicArn, ...contestant.env },
    functionArn: host.functionArn,
  });
  const view = await host.view();
  // The report clears neither who fails nor who has an inactive second key: two taken slots could hide a third key.
  const isNarrowed = contestant.env?.SWEEP === 'auto' && mix.users > VERY_LARGE;
  const needed = callsNeeded(mix, isNarrowed ? mix.failing + (mix.withInactiveKey ?? 0) : mix.users);
  return {
    contestant: contestant.name,
    mix,
    profile: profile.name,
    ...figuresOf(view),
    unreadable: outcome.ok ? unreadableIn(outcome.result) : undefined,
    error: outcome.ok ? undefined : `${outcome.error.name}: ${outcome.error.message}`,
    seconds: outcome.durationMs / 1000,
    cpuSeconds: cpuSecondsIn(outcome.logs.at(-1)?.entry),
    peakMegabytes: (outcome.peakMemoryBytes ?? Number.NaN) / 1e6,
    boundSeconds: boundSeconds(needed, profile, contestant.concurrency),
    view,
  };
}

/** Both summaries hold it in the same place. */
function unreadableIn(result: unknown): number | undefined {
  const { unreadable } = Object(Object(result).users);
  return typeof unreadable === 'number' ? unreadable : undefined;
}

function cpuSecondsIn(entry: unknown): number {
  return Number(Object(entry).cpuSeconds);
}
