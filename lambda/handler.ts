import { setMaxListeners } from 'node:events';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { publish } from './alerts/sns.ts';
import { parseConfig } from './config.ts';
import { securityHub } from './findings/security-hub.ts';
import { iamInventory } from './inventory/iam.ts';
import { runCheck } from './run-check.ts';
import { type Summary, toRecord } from './summary.ts';

/** A run that could not look at, alert or record everything; the message says what and why. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
  readonly summary: Summary;
  constructor(summary: Summary) {
    super(`the run failed: ${summary.problems.join('; ')}`);
    this.summary = summary;
  }
}

/**
 * Runs the check once. The event does not matter: account and partition come from the function's own ARN, the Region
 * from the runtime, settings from the environment.
 * @throws ConfigError before any call when the configuration is wrong
 * @throws RunFailed after everything that could be done was done
 */
export async function handler(
  _event: unknown,
  context: Pick<Context, 'invokedFunctionArn'> & Partial<Pick<Context, 'getRemainingTimeInMillis'>>,
): Promise<Summary> {
  const now = new Date();
  const started = performance.now();
  const config = parseConfig(process.env, context.invokedFunctionArn);
  // Reading leaves a third of the time given, telling half of what is left then, and recording a little for the summary.
  const left = () => context.getRemainingTimeInMillis?.() ?? LONGEST - (performance.now() - started);
  const given = left();
  const reserve = Math.min(given / 3, 60_000);
  const lasting = (ms: number) => AbortSignal.timeout(Math.min(LONGEST, Math.max(1_000, Math.floor(ms))));
  const reading = lasting(given - reserve);
  // Every call under way listens to it, which is no leak.
  setMaxListeners(0, reading);

  const iam = new IAMClient({ ...CLIENT, region: config.region });
  const hub = new SecurityHubClient({ ...CLIENT, region: config.region });
  const sns = new SNSClient({ ...CLIENT, region: config.topic.region });
  try {
    const summary = await runCheck(
      config,
      {
        inventory: iamInventory(iam, reading, { everyMs: 1_000, longestMs: Math.min(30_000, Math.ceil(given / 10)) }),
        findings: securityHub(hub, config, {
          listing: lasting((given - reserve) / 2),
          importing: () => lasting(left() * 0.9),
          retryDelayMs: 1_000,
        }),
        publish: (message) => publish(sns, config.topic.arn, message, lasting(left() / 2)),
        outOfTime: () => reading.aborted || left() <= reserve,
        random: Math.random,
        elapsed: () => Math.round(performance.now() - started),
        warn: (entry) => console.warn(entry),
      },
      now,
    );
    // Written past the console, whose JSON log format would wrap the record, so that CloudWatch would see no metrics.
    process.stdout.write(`${JSON.stringify(toRecord(summary))}\n`);
    if (summary.problems.length > 0) throw new RunFailed(summary);
    return summary;
  } finally {
    for (const client of [iam, hub, sns]) client.destroy();
  }
}

/** The longest that Lambda gives a run. */
const LONGEST = 900_000;

/** Adaptive retries lose no call to throttling where standard ones do; a call without an answer is given up and retried. */
const CLIENT = {
  retryMode: 'adaptive',
  maxAttempts: 10,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;
