import { subscribe } from 'node:diagnostics_channel';
import http, { type ClientRequest } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { Invocation } from './invocation.ts';

/**
 * Time that stands still while anything happens and jumps to the next timer as soon as nothing does. Minutes of retries
 * take no time, and no timer ever fires early because the machine is slow. `Date`, timers and `AbortSignal.timeout` keep
 * it for the whole process, so that it has to run in a process of its own.
 */
let now = 0;

interface Timer {
  readonly at: number;
  readonly act: () => void;
  /** Whose it is: a process that ended or was killed has no timers any more. */
  readonly owner: Invocation | undefined;
}

const pending = new Map<number, Timer>();
let lastId = 0;

/** HTTP requests under way, and how often anything was seen to happen to one. */
let inFlight = 0;
let activity = 0;

const realTimers = { setTimeout, clearTimeout };
const RealDate = Date;

/** The time by the account's own clock, which is never wrong. */
export function accountTime(): Date {
  return new RealDate(now);
}

/** Replaces this process's clock. */
export function installVirtualTime(start: Date): void {
  now = start.getTime();
  RealDate.now = () => now + (Invocation.current?.skewMs ?? 0);
  globalThis.Date = new Proxy(RealDate, {
    construct: (date, args, target) => Reflect.construct(date, args.length > 0 ? args : [date.now()], target),
    apply: (date) => new date(date.now()).toString(),
  });
  Object.assign(globalThis, {
    setTimeout: (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => schedule(() => act(...args), ms),
    clearTimeout: (id: unknown) => {
      if (!pending.delete(Number(id))) realTimers.clearTimeout(Number(id));
    },
  });
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    schedule(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms);
    return controller.signal;
  };
  Object.assign(timers, { setTimeout: sleep });
  const { request } = http;
  Object.assign(http, {
    request: (...args: Parameters<typeof request>) => {
      if (Invocation.current?.isOver) throw new Error('this process is gone');
      return request(...args);
    },
  });
  syncBuiltinESMExports();
  watchRequests();
}

/** Lets time pass until a promise is settled. @throws Error if it never will be */
export async function until<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  let quiet = { seen: activity, turns: 0, since: performance.now() };
  while (!settled) {
    await new Promise(setImmediate);
    if (quiet.seen !== activity) quiet = { seen: activity, turns: 0, since: performance.now() };
    else if (isQuiet(++quiet.turns, performance.now() - quiet.since)) {
      if (isReadingFiles()) quiet.turns = 0;
      else if (fireNext()) quiet = { seen: activity, turns: 0, since: performance.now() };
      else if (performance.now() - quiet.since > 10_000)
        throw new Error('nothing happens any more, but no run has ended');
    }
  }
  return promise;
}

/** Lets time pass up to a moment, and everything happen that is due before. */
export async function passUntil(time: Date): Promise<void> {
  await until(sleep(time.getTime() - now));
}

/** Sets the clock, back too; only while nothing is under way. */
export function setTime(time: Date): void {
  pending.clear();
  now = time.getTime();
}

/** Removes the timers of a process that is no more. */
export function dropTimers(owner: Invocation): void {
  for (const [id, timer] of pending) if (timer.owner === owner) pending.delete(id);
}

function schedule(act: () => void, ms: number): object {
  const owner = Invocation.current;
  const id = ++lastId;
  // A timer takes a millisecond at least, as everywhere; one of a process that is gone never fires.
  if (!owner?.isOver) pending.set(id, { at: now + Math.max(1, Math.ceil(ms)), act, owner });
  const handle = { ref: () => handle, unref: () => handle, hasRef: () => true, [Symbol.toPrimitive]: () => id };
  return handle;
}

async function sleep<T>(ms: number, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T | undefined> {
  await new Promise<void>((resolve, reject) => {
    const timer = schedule(resolve, ms);
    const abort = () => {
      pending.delete(Number(timer));
      reject(signal?.reason);
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
  return value;
}

/** Fires the timer that is due next. */
function fireNext(): boolean {
  let next: [number, Timer] | undefined;
  for (const entry of pending) if (next === undefined || entry[1].at < next[1].at) next = entry;
  if (next === undefined) return false;
  const [id, { at, act, owner }] = next;
  pending.delete(id);
  now = Math.max(now, at);
  Invocation.within(owner, act);
  return true;
}

/**
 * Both ends of every connection live in this thread, so what can happen happens within a few turns of the event loop. A
 * request under way gets some real time too: it may be one that is never answered.
 */
function isQuiet(turns: number, ms: number): boolean {
  return inFlight === 0 ? turns >= 8 && ms >= 0.5 : turns >= 60 && ms >= 3;
}

/** The SDK reads its configuration files, and opening, reading and closing happen in another thread. */
function isReadingFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => /Req/.test(name));
}

function watchRequests(): void {
  const happened = () => {
    activity += 1;
  };
  subscribe('http.client.request.start', (message) => {
    activity += 1;
    const { request } = message as { request: ClientRequest };
    inFlight += 1;
    Invocation.current?.watch(request);
    request.once('close', () => {
      activity += 1;
      inFlight -= 1;
    });
  });
  for (const name of ['http.client.response.finish', 'http.server.request.start', 'http.server.response.finish']) {
    subscribe(name, happened);
  }
}
