import type { Fault } from '../sandbox/faults.ts';
import type { StoredFinding } from '../sandbox/security-hub.ts';
import type { Call } from '../sandbox/service.ts';
import { type Told, toldIn } from './alerts-told.ts';
import { at, type BaseAccount, FAULTY_DAY } from './base-account.ts';
import { type CallId, identify } from './calls.ts';
import type { Deployed, Outcome } from './deployed.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { Invocation } from './invocation.ts';
import { watchRecords } from './records.ts';
import { restore, turnTo } from './snapshot.ts';

/** One run of the three, seen from outside. */
export interface PlayedRun {
  readonly outcome: Outcome;
  readonly told: readonly Told[];
  readonly calls: readonly Call[];
  /** The findings as they were when it had ended. */
  readonly findings: readonly StoredFinding[];
}

/** A run in which something went wrong, a healthy one a quarter of an hour later and another on the next day. */
export interface PlayedCase {
  readonly account: BaseAccount;
  /** What went wrong; undefined for the reference, in which nothing does. */
  readonly fault: { readonly call: CallId; readonly kind: FaultKind } | undefined;
  /** The findings before. */
  readonly start: readonly StoredFinding[];
  readonly runs: readonly [faulty: PlayedRun, later: PlayedRun, nextDay: PlayedRun];
  /** What was seen to be wrong while it was played. */
  readonly violations: readonly string[];
}

const WHEN = [at(FAULTY_DAY), at(FAULTY_DAY, 6.25), at(FAULTY_DAY + 1)] as const;

/** Plays one case from the account's snapshot. */
export async function play(deployed: Deployed, account: BaseAccount, fault: PlayedCase['fault']): Promise<PlayedCase> {
  const sandbox = await restore(account.snapshot);
  try {
    const violations: string[] = [];
    const start = [...sandbox.securityHub.findings.values()];
    watchRecords(sandbox, violations);
    const run = async (when: Date, onStart?: (invocation: Invocation) => void): Promise<PlayedRun> => {
      await turnTo(when);
      sandbox.calls.length = 0;
      sandbox.sns.published.length = 0;
      sandbox.faults.length = 0;
      sandbox.securityHub.refuse = () => undefined;
      if (account.locked) {
        const isLocked: Fault['when'] = ({ input }) => input.UserName === account.locked;
        sandbox.faults.push({ operation: 'ListAccessKeys', when: isLocked, kind: 'deny' });
      }
      const outcome = await deployed.run(sandbox, { settings: account.settings, ...(onStart && { onStart }) });
      const findings = [...sandbox.securityHub.findings.values()];
      return { outcome, told: toldIn(sandbox.sns.published), calls: [...sandbox.calls], findings };
    };
    const faulty = await run(WHEN[0], (invocation) => {
      fault?.kind.install(sandbox, fault.call, () => invocation.kill(fault.kind.name));
    });
    const later = await run(WHEN[1]);
    const nextDay = await run(WHEN[2]);
    for (const violation of sandbox.securityHub.violations) violations.push(`created-once: ${violation}`);
    return { account, fault, start, runs: [faulty, later, nextDay], violations };
  } finally {
    await sandbox.close();
  }
}

/** Every call that the run on the faulty day makes when nothing goes wrong, but those that fail all the same. */
export function callsOf({ account, runs: [{ calls }] }: PlayedCase): readonly CallId[] {
  const keyless = new Set(
    account.snapshot.users.flatMap(({ userName, keys }) => (keys.length === 0 ? [userName] : [])),
  );
  const ids = identify(calls).map((id) => ({ ...id, hasItems: !keyless.has(id.subject) }));
  return ids.filter((_, i) => calls[i]?.status === 200);
}
