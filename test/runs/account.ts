import { vi } from 'vitest';
import { handler } from '../../lambda/handler.ts';
import type { Summary } from '../../lambda/summary.ts';
import type { KeySpec, SandboxUser } from '../sandbox/iam.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';

const DAY = 24 * 60 * 60 * 1000;

/** The morning on which every story begins. */
const START = Date.parse('2026-03-02T06:00:00.000Z');

/** What one run did, seen from outside. */
export interface Run {
  readonly summary: Summary | undefined;
  readonly error: Error | undefined;
  /** The messages that went out, by protocol. */
  readonly messages: readonly {
    readonly subject: string;
    readonly email: string;
    readonly text: Readonly<Record<string, string>>;
  }[];
  /** The operations called, in order, retries included. */
  readonly calls: readonly string[];
  readonly warnings: readonly object[];
  readonly metrics: Readonly<Record<string, unknown>> | undefined;
}

export interface RunOptions {
  readonly settings?: Readonly<Record<string, string | undefined>>;
  readonly remaining?: (() => number) | 'not said';
}

/** The sandbox with the function deployed in it, one run a day at 06:00, and a calendar that a story turns. */
export class Account {
  readonly sandbox: Sandbox;
  readonly #clock: NodeJS.Timeout;
  #day = 0;

  private constructor(sandbox: Sandbox, clock: NodeJS.Timeout) {
    this.sandbox = sandbox;
    this.#clock = clock;
  }

  /** Starts an account whose clock stands on the first day. Within a day time goes on by itself. */
  static async open(options: SandboxOptions = {}): Promise<Account> {
    vi.useFakeTimers({ toFake: ['Date'], now: START });
    // Waiting between retries is the SDK's business; here time passes, and timers end, fifty times as fast.
    const clock = setInterval(() => vi.setSystemTime(Date.now() + 100), 2);
    const real = globalThis.setTimeout;
    vi.stubGlobal('setTimeout', (act: () => void, ms = 0, ...rest: []) => real(act, ms / 50, ...rest));
    return new Account(await startSandbox(options), clock);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    clearInterval(this.#clock);
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }

  /** So many days before the current one, at the same time. */
  ago(days: number): Date {
    return new Date(START + (this.#day - days) * DAY);
  }

  /** Turns the calendar to 06:00 of a later day. */
  day(day: number): this {
    this.#day = day;
    vi.setSystemTime(START + day * DAY);
    return this;
  }

  /** A user with active keys of these ages in days, never used unless said otherwise. */
  user(userName: string, ...keys: readonly (number | KeySpec)[]): SandboxUser {
    return this.sandbox.iam.createUser({
      userName,
      createDate: this.ago(900),
      keys: keys.map((key) => (typeof key === 'number' ? { createDate: this.ago(key) } : key)),
    });
  }

  /** A key of this age in days, used so many days ago. */
  used(age: number, daysAgo: number, service = 's3', region = 'eu-central-1'): KeySpec {
    return { createDate: this.ago(age), lastUsed: { date: this.ago(daysAgo), service, region } };
  }

  /** The finding of a user as Security Hub holds it now. */
  finding({ userId }: Pick<SandboxUser, 'userId'>) {
    return [...this.sandbox.securityHub.findings.values()].find(({ Id }) => Id?.endsWith(`/${userId}`));
  }

  /** Runs the function once, as it would be invoked. */
  async run({ settings = {}, remaining = () => 900_000 }: RunOptions = {}): Promise<Run> {
    const { sandbox } = this;
    sandbox.calls.length = 0;
    sandbox.sns.published.length = 0;
    for (const [name, value] of Object.entries({
      ...sandbox.env,
      ALERT_TOPIC_ARN: sandbox.sns.topicArn,
      ...settings,
    })) {
      vi.stubEnv(name, value);
    }
    const warnings: object[] = [];
    const written: string[] = [];
    vi.spyOn(console, 'info').mockImplementation(() => {});
    vi.spyOn(console, 'warn').mockImplementation((entry) => void warnings.push(entry));
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const context = {
      invokedFunctionArn: sandbox.functionArn,
      ...(remaining !== 'not said' && { getRemainingTimeInMillis: remaining }),
    };
    const outcome = await handler({}, context).then(
      (summary) => ({ summary, error: undefined }),
      (error: Error) => ({ summary: undefined, error }),
    );
    stdout.mockRestore();
    vi.unstubAllEnvs();
    return {
      ...outcome,
      messages: sandbox.sns.published.map(({ subject = '', byProtocol }) => ({
        subject,
        email: byProtocol.email ?? '',
        text: byProtocol,
      })),
      calls: sandbox.calls.map(({ operation }) => operation),
      warnings,
      metrics: written.flatMap((line) => (line.startsWith('{"_aws"') ? [JSON.parse(line)] : []))[0],
    };
  }
}
