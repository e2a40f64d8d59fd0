import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { type Bundle, bundle } from '../sandbox/runtime/bundle.ts';
import { invoke, type Outcome } from '../sandbox/runtime/invoke.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { Call } from '../sandbox/service.ts';
import type { Published } from '../sandbox/sns.ts';
import { DAY, FIRST_RUN, HOUR, populate, work } from './account.ts';
import { type Day, SETTINGS } from './days.ts';

/** One run of the check, and what it left in the account. */
export interface Run {
  readonly at: Date;
  readonly outcome: Outcome;
  readonly calls: readonly Call[];
  readonly alerts: readonly Published[];
  /** Those Security Hub holds, even while it is off and shows none. */
  readonly findings: readonly AwsSecurityFinding[];
  readonly isHubOn: boolean;
}

/** A day as it went. */
export interface PlayedDay {
  readonly number: number;
  readonly day: Day;
  readonly run: Run;
  /** How it differs from what the story expects; empty if it does not. */
  readonly differences: readonly string[];
}

/** The account of the story with the check deployed in it. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly bundle: Bundle;
}

/** Time for an answer in milliseconds, about as long as AWS takes from nearby. */
const LATENCY = { iam: 20, securityhub: 40, sns: 30 };

/** Builds the function and the account as it is before the first run. Close the sandbox when done. */
export async function setStage(options: { playground?: boolean } = {}): Promise<Stage> {
  const sandbox = await startSandbox({ ...options, pageSize: 100, latencyMs: LATENCY, clock: () => FIRST_RUN });
  populate(sandbox);
  return { sandbox, bundle: bundle() };
}

/** Plays days in order, each from the afternoon before to the end of the morning's run. */
export async function* play(stage: Stage, days: readonly Day[]): AsyncGenerator<PlayedDay> {
  for (const [i, day] of days.entries()) {
    stage.sandbox.clock = () => new Date(morning(i + 1).getTime() - 16 * HOUR);
    day.act?.(stage.sandbox);
    const run = await runInTheMorning(stage, i + 1);
    yield { number: i + 1, day, run, differences: differences(day, run) };
  }
}

/** The run of a day by its number: the night's work before, and the account's clock goes on afterwards. */
export async function runInTheMorning(stage: Stage, number: number): Promise<Run> {
  const { sandbox } = stage;
  sandbox.clock = () => new Date(morning(number).getTime() - 4 * HOUR);
  work(sandbox);
  const began = performance.now();
  sandbox.clock = () => new Date(morning(number).getTime() + performance.now() - began);
  return check(stage);
}

function morning(number: number): Date {
  return new Date(FIRST_RUN.getTime() + (number - 1) * DAY);
}

/** Runs the check once, at the account's own time. */
async function check({ sandbox, bundle }: Stage): Promise<Run> {
  const { env, functionArn, sns, securityHub, calls } = sandbox;
  const at = sandbox.clock();
  const [callsBefore, alertsBefore] = [calls.length, sns.published.length];
  const outcome = await invoke(bundle, {
    env: { ...env, ...SETTINGS, ALERT_TOPIC_ARN: sns.topicArn },
    functionArn,
    now: at,
  });
  return {
    at,
    outcome,
    calls: calls.slice(callsBefore),
    alerts: sns.published.slice(alertsBefore),
    findings: [...securityHub.findings.values()],
    isHubOn: securityHub.enabled,
  };
}

/** Users told in a run, by the kind of news, as the machine-readable text of its alerts says. */
export function toldIn({ alerts }: Run): Readonly<Record<string, readonly string[]>> {
  const told: Record<string, string[]> = {};
  for (const { news, user } of alerts.flatMap(({ byProtocol }) => JSON.parse(byProtocol.sqs ?? '{}').alerts ?? [])) {
    told[news] = [...(told[news] ?? []), user.userName];
  }
  return told;
}

/** How many findings are in this record state. */
export function countOf({ findings }: Run, state: 'ACTIVE' | 'ARCHIVED'): number {
  return findings.filter(({ RecordState }) => RecordState === state).length;
}

function differences({ expected }: Day, run: Run): string[] {
  const { told, open, archived, failure } = expected;
  const error = run.outcome.ok ? undefined : run.outcome.error.message;
  const failsAsExpected = failure === undefined ? error === undefined : error?.includes(failure);
  return [
    ...(failsAsExpected ? [] : [difference('the run', failure ?? 'success', error ?? 'success')]),
    ...compared('told', inOrder(told), inOrder(toldIn(run))),
    ...compared('open findings', open, countOf(run, 'ACTIVE')),
    ...compared('archived findings', archived, countOf(run, 'ARCHIVED')),
  ];
}

function compared(what: string, expected: unknown, found: unknown): string[] {
  const [a, b] = [JSON.stringify(expected), JSON.stringify(found)];
  return a === b ? [] : [difference(what, a, b)];
}

function difference(what: string, expected: string, found: string): string {
  return `${what}: expected ${expected}, found ${found}`;
}

/** The same users and kinds of news in one order. */
function inOrder(told: ReturnType<typeof toldIn>) {
  return Object.entries(told)
    .map(([news, names]) => [news, names.toSorted()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
