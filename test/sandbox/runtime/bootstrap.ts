/* What stands in for the Lambda runtime: runs in a process of its own, calls the handler once and reports to `invoke`. */

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format, types } from 'node:util';

/** What is to be run, as `invoke` hands it over: one JSON argument. */
export interface Task {
  readonly path: string;
  readonly functionArn: string;
  /** ISO 8601; the present if not given. */
  readonly now?: string | undefined;
  readonly timeoutMs: number;
  readonly event: unknown;
}

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** What the process tells about the invocation while it goes on. */
export type Report =
  | { readonly kind: 'ready'; readonly initMs: number }
  | { readonly kind: 'log'; readonly level: Level; readonly entry: unknown }
  | { readonly kind: 'ended'; readonly ending: Ending; readonly durationMs: number; readonly peakMemoryBytes: number };

/** How the handler ended. */
export type Ending =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: { readonly name: string; readonly message: string } };

const task: Task = JSON.parse(process.argv[2] ?? '');
if (task.now !== undefined) shiftClock(new Date(task.now).getTime() - Date.now());
captureConsole();
run(task).then((report) => process.send?.(report, () => process.exit()));

async function run({ path, functionArn, timeoutMs, event }: Task): Promise<Report> {
  let started = performance.now();
  const ending = await endingOf(async () => {
    const { handler } = await import(pathToFileURL(path).href);
    started = performance.now();
    tell({ kind: 'ready', initMs: started });
    const context = {
      invokedFunctionArn: functionArn,
      awsRequestId: crypto.randomUUID(),
      getRemainingTimeInMillis: () => Math.max(0, Math.round(started + timeoutMs - performance.now())),
    };
    return handler(event, context);
  });
  return { kind: 'ended', ending, durationMs: performance.now() - started, peakMemoryBytes: peakMemory() };
}

async function endingOf(act: () => Promise<unknown>): Promise<Ending> {
  try {
    return { ok: true, result: await act() };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, error: { name, message } };
  }
}

/** From now on `Date` tells another time, which goes on at the usual speed. */
function shiftClock(byMs: number): void {
  const { now } = Date;
  Date.now = () => now() + byMs;
  globalThis.Date = new Proxy(Date, {
    construct: (date, args, target) => Reflect.construct(date, args.length > 0 ? args : [date.now()], target),
    apply: (date) => new date(date.now()).toString(),
  });
}

/** As in Lambda's JSON log format: an object is logged as it is, anything else as text. */
function captureConsole(): void {
  const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];
  const log =
    (level: Level) =>
    (...args: unknown[]) => {
      const [only] = args;
      const isObject = args.length === 1 && typeof only === 'object' && only !== null && !types.isNativeError(only);
      tell({ kind: 'log', level, entry: isObject ? only : format(...args) });
    };
  for (const level of levels) console[level] = log(level);
  console.log = log('info');
}

/** The most memory the process ever held. Where it can be read, Linux's own figure: `maxRSS` also counts the parent's. */
function peakMemory(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(statusOfProcess())?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}

function statusOfProcess(): string {
  return process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
}

function tell(report: Report): void {
  process.send?.(report);
}
