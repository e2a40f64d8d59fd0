import { type ChildProcess, fork } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Ending, Level, Report, Task } from './bootstrap.ts';
import type { Bundle } from './bundle.ts';

export interface Invocation {
  /** The only environment the function sees, beside PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly functionArn: string;
  /** The time at which the function believes to start. Default: the present. */
  readonly now?: Date;
  /** The time given to the handler, and what `getRemainingTimeInMillis` counts down from. Default: 15 minutes. */
  readonly timeoutMs?: number;
  readonly event?: unknown;
  /** Kills the process in the middle of its work when it fires. */
  readonly kill?: AbortSignal;
}

/** What became of one invocation, and all it left behind. */
export type Outcome = Ending & {
  readonly logs: readonly { readonly level: Level; readonly entry: unknown }[];
  /** The records in the embedded metric format that were written to standard output. */
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
  /** How long the handler ran. */
  readonly durationMs: number;
  /** How long it took until the handler could be called; undefined if it never could. */
  readonly initMs: number | undefined;
  /** Undefined if the process was killed. */
  readonly peakMemoryBytes: number | undefined;
};

/** Lambda's longest. */
const TIMEOUT_MS = 900_000;

/** Lambda's own limit for the start of a function. */
const INIT_TIMEOUT_MS = 10_000;

/**
 * Runs one invocation in a fresh process, as Lambda does for a function that is called once a day. Never rejects: a
 * handler that throws, runs out of time or loses its process is an outcome, named as Lambda names it.
 */
export async function invoke(bundle: Bundle, invocation: Invocation): Promise<Outcome> {
  const began = performance.now();
  const child = start(bundle, invocation);
  const reports: Report[] = [];
  child.on('message', (report: Report) => reports.push(report));
  const guard = guardOf(child, invocation);
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ? `signal: ${signal}` : `exit status ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  const [out, err, exit] = await Promise.all([readAll(child.stdout), readAll(child.stderr), exited]);
  guard.release();

  const ready = reports.find((report) => report.kind === 'ready');
  const ended = reports.find((report) => report.kind === 'ended');
  const message = `Runtime exited with error: ${exit}${err && `\n${err.trim()}`}`;
  return {
    ...(ended?.ending ?? { ok: false, error: guard.reason() ?? { name: 'Runtime.ExitError', message } }),
    logs: reports.flatMap((report) => (report.kind === 'log' ? [{ level: report.level, entry: report.entry }] : [])),
    metrics: metricsIn(out),
    durationMs: ended?.durationMs ?? performance.now() - began - (ready?.initMs ?? 0),
    initMs: ready?.initMs,
    peakMemoryBytes: ended?.peakMemoryBytes,
  };
}

function start({ path, bootstrap }: Bundle, { env, functionArn, now, timeoutMs, event }: Invocation): ChildProcess {
  const task: Task = {
    path,
    functionArn,
    now: now?.toISOString(),
    timeoutMs: timeoutMs ?? TIMEOUT_MS,
    event: event ?? {},
  };
  return fork(bootstrap, [JSON.stringify(task)], {
    env: { PATH: process.env.PATH, ...env },
    // The SDK warns about Node 20 at every start.
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** Kills the process when its time is over, or when told to; `reason` says why it did, if it did. */
function guardOf(child: ChildProcess, { timeoutMs = TIMEOUT_MS, kill }: Invocation) {
  let reason: { readonly name: string; readonly message: string } | undefined;
  const end = (name: string, message: string) => {
    reason ??= { name, message };
    child.kill('SIGKILL');
  };
  const endIn = (ms: number) =>
    setTimeout(() => end('Sandbox.Timedout', `Task timed out after ${(ms / 1000).toFixed(2)} seconds`), ms);
  const endNow = () => end('Runtime.ExitError', 'Runtime exited with error: signal: killed');
  let timer = endIn(INIT_TIMEOUT_MS);
  child.on('message', ({ kind }: Report) => {
    if (kind !== 'ready') return;
    clearTimeout(timer);
    timer = endIn(timeoutMs);
  });
  kill?.addEventListener('abort', endNow, { once: true });
  if (kill?.aborted) endNow();
  return {
    reason: () => reason,
    release: () => {
      clearTimeout(timer);
      kill?.removeEventListener('abort', endNow);
    },
  };
}

async function readAll(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream ? text(stream) : '';
}

function metricsIn(output: string): Outcome['metrics'] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"_aws":'))
    .map((line) => JSON.parse(line));
}
