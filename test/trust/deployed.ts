import { pathToFileURL } from 'node:url';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { Invocation } from './invocation.ts';
import { dropTimers, until } from './virtual-time.ts';

/** The settings of the deployed function, by its variables' names. */
export type Settings = Readonly<Record<string, string>>;

/** What became of one run, seen from outside. */
export interface Outcome {
  readonly how: 'resolved' | 'rejected' | 'killed';
  /** Why it did not resolve. */
  readonly why: string;
  readonly warnings: readonly object[];
  readonly metrics: readonly unknown[];
}

export interface Invoking {
  readonly settings?: Settings;
  /** How far the function's clock is ahead of the account's. */
  readonly skewMs?: number;
  /** Called with the process just before the function is. */
  readonly onStart?: (invocation: Invocation) => void;
}

interface Context {
  readonly invokedFunctionArn: string;
  readonly getRemainingTimeInMillis: () => number;
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** The function's time limit as deployed. */
const TIMEOUT_MS = 15 * 60_000;

/** Every variable of the function's own; those not set are removed, so that runs do not inherit from each other. */
const VARIABLES = ['SEVERITY', 'REMINDER_DAYS', 'ROTATION_GRACE_DAYS', 'UNUSED_AFTER_DAYS', 'SWEEP'];

/** The bundled function, loaded into this process, whose time is virtual. */
export class Deployed {
  readonly #handler: Handler;

  private constructor(handler: Handler) {
    this.#handler = handler;
  }

  static async load(path: string): Promise<Deployed> {
    captureOutput();
    const { handler } = await import(pathToFileURL(path).href);
    return new Deployed(handler);
  }

  /** Runs it once in an account and lets time pass until it has ended. */
  async run(sandbox: Sandbox, invoking: Invoking = {}): Promise<Outcome> {
    return until(this.start(sandbox, invoking));
  }

  /** Begins a run; somebody has to let time pass. */
  async start(sandbox: Sandbox, { settings = {}, skewMs = 0, onStart }: Invoking = {}): Promise<Outcome> {
    for (const name of VARIABLES) delete process.env[name];
    Object.assign(process.env, sandbox.env, { ALERT_TOPIC_ARN: sandbox.sns.topicArn }, settings);
    Math.random = seeded();
    const invocation = new Invocation(skewMs);
    onStart?.(invocation);
    const ended = Invocation.within(invocation, () => this.#invoke(sandbox.functionArn, invocation));
    const { how, why } = await Promise.race([
      ended,
      invocation.killed.then((why) => ({ how: 'killed' as const, why })),
    ]);
    invocation.end();
    dropTimers(invocation);
    const warnings = invocation.logged.filter((entry) => typeof entry === 'object' && entry !== null);
    return { how, why, warnings, metrics: invocation.metrics };
  }

  async #invoke(invokedFunctionArn: string, invocation: Invocation) {
    const deadline = Date.now() + TIMEOUT_MS;
    setTimeout(() => invocation.kill('the function ran out of time'), TIMEOUT_MS);
    try {
      const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
      await this.#handler({}, { invokedFunctionArn, getRemainingTimeInMillis });
      return { how: 'resolved' as const, why: '' };
    } catch (error) {
      return { how: 'rejected' as const, why: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** What a run prints belongs to that run. */
function captureOutput(): void {
  console.warn = (entry: unknown) => void Invocation.current?.logged.push(entry);
  console.info = () => {};
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array) => {
    const { current } = Invocation;
    if (current === undefined) return write(text);
    if (String(text).startsWith('{"_aws"')) current.metrics.push(JSON.parse(String(text)));
    return true;
  };
}

/** The same numbers in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function seeded(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
