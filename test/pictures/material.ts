import { Writable } from 'node:stream';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Template } from 'aws-cdk-lib/assertions';
import { scan } from '../../cli/scan/command.ts';
import { DAYS } from '../demo/days.ts';
import { type PlayedDay, play, setStage } from '../demo/play.ts';
import { everythingOn } from './deployment.ts';
import { type Life, lifeOf } from './life.ts';

/** What the pictures show, each as it left the check. */
export interface Material {
  /** The mail, as SNS was given it. */
  readonly mail: { readonly subject: string; readonly text: string };
  /** The text for chat clients and others that take JSON over HTTPS. */
  readonly card: string;
  /** One finding, as Security Hub holds it. */
  readonly finding: AwsSecurityFinding;
  /** The page of `npm run scan -- --sandbox --format html`. */
  readonly report: string;
  /** The stack with everything that can be switched on. */
  readonly template: Template;
  /** What becomes of findings, and what is told of it. */
  readonly life: Life;
}

/** The user whose finding is shown. */
const SHOWN = 'ci-deploy';

/** Lets the function run on the first day of the demo, and the scan on the same account. */
export async function collect(): Promise<Material> {
  const { run } = await firstDay();
  const [alert] = run.alerts;
  const finding = run.findings.find(({ Title = '' }) => Title.includes(` ${SHOWN} `));
  const { email, https } = alert?.byProtocol ?? {};
  if (alert?.subject === undefined || email === undefined) throw new Error('the first day of the demo sent no mail');
  if (https === undefined) throw new Error('the first day of the demo sent no card');
  if (finding === undefined) throw new Error(`the first day of the demo left no finding about ${SHOWN}`);
  return {
    mail: { subject: alert.subject, text: email },
    card: https,
    finding,
    report: await scanned(),
    template: everythingOn(),
    life: lifeOf(),
  };
}

async function firstDay(): Promise<PlayedDay> {
  const stage = await setStage();
  try {
    const { value } = await play(stage, DAYS.slice(0, 1)).next();
    if (!value) throw new Error('the demo has no days');
    if (value.differences.length > 0) throw new Error(`the demo went wrong: ${value.differences.join('; ')}`);
    return value;
  } finally {
    await stage.sandbox.close();
  }
}

async function scanned(): Promise<string> {
  const [stdout, stderr] = [kept(), kept()];
  const code = await scan(['--sandbox', '--format=html', '--quiet'], {
    ...{ env: {}, stdout, stderr, now: () => new Date() },
    connect: () => Promise.reject(new Error('pictures are never taken of a real account')),
  });
  if (code !== 0) throw new Error(`the scan ended with ${code}: ${stderr.text()}`);
  return stdout.text();
}

/** A stream that keeps what is written to it. */
function kept(): Writable & { text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join('') });
}
