import type { Bundle } from '../sandbox/runtime/bundle.ts';
import { invoke } from '../sandbox/runtime/invoke.ts';
import { startSandbox } from '../sandbox/sandbox.ts';

/** What became of an account in which every user fails. */
export interface EnormousReport {
  readonly users: number;
  readonly calls: number;
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly messageBytes: number;
  /** Empty if all is well. */
  readonly problems: readonly string[];
}

/** What SNS takes over all texts of a message. */
const LARGEST_MESSAGE = 262_144;

/** Of the function's 512. */
const MOST_MEGABYTES = 400;

/** What V8 allows itself where there are 512 MB; on a large machine it would put off collecting garbage. */
const NODE_OPTIONS = '--max-old-space-size=256';

const DAY = 24 * 60 * 60 * 1000;

/** Checks an account of so many users, each with eight active keys and long names, twice: as new, and unchanged. */
export async function checkEnormous(bundle: Bundle, users: number): Promise<EnormousReport> {
  const sandbox = await startSandbox({ pageSize: 1000 });
  try {
    const { iam, sns, securityHub, calls } = sandbox;
    const created = Date.now() - 400 * DAY;
    for (let i = 0; i < users; i++) {
      const userName = `${i}-`.padEnd(64, 'w');
      const keys = Array.from({ length: 8 }, (_, k) => ({ createDate: new Date(created + k * DAY) }));
      iam.createUser({ userName, path: `/${'p'.repeat(200)}/`, keys, createDate: new Date(created) });
    }
    const env = { ...sandbox.env, ALERT_TOPIC_ARN: sns.topicArn, NODE_OPTIONS };
    const invocation = { env, functionArn: sandbox.functionArn };
    const first = await invoke(bundle, invocation);
    const made = calls.length;
    const [message] = sns.published;
    const again = await invoke(bundle, invocation);

    const messageBytes = Buffer.byteLength(message?.message ?? '');
    const peakMegabytes = Math.round((first.peakMemoryBytes ?? 0) / 2 ** 20);
    const cut = Number(/… and (\d+) more, see Security Hub/.exec(message?.byProtocol.email ?? '')?.[1] ?? 0);
    const named = message?.byProtocol.email?.match(/^NEW: /gm)?.length ?? 0;
    const open = [...securityHub.findings.values()].filter(({ RecordState }) => RecordState === 'ACTIVE').length;
    const problems = [
      ...[first, again].flatMap((outcome) => (outcome.ok ? [] : [`a run failed: ${outcome.error.message}`])),
      ...(open === users ? [] : [`${open} of ${users} users have an open finding`]),
      ...(sns.published.length === 1 ? [] : [`${sns.published.length} messages were published by two runs`]),
      ...(messageBytes > 0 && messageBytes <= LARGEST_MESSAGE ? [] : [`the message has ${messageBytes} bytes`]),
      ...(named + cut === users ? [] : [`the mail names ${named} users and leaves out ${cut} of ${users}`]),
      ...(message?.subject?.includes(`${users} new`) ? [] : [`the subject is ${message?.subject}`]),
      ...(peakMegabytes <= MOST_MEGABYTES ? [] : [`the run held ${peakMegabytes} MB`]),
      ...securityHub.violations,
    ];
    const seconds = Math.round(first.durationMs / 1000);
    return { users, calls: made, seconds, peakMegabytes, messageBytes, problems };
  } finally {
    await sandbox.close();
  }
}
