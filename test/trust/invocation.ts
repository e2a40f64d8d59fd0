import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientRequest } from 'node:http';

const storage = new AsyncLocalStorage<Invocation | undefined>();

/** One invocation as a process of its own would be: with its own clock, connections and timers, and mortal. */
export class Invocation {
  /** How far the function's clock is ahead of the account's. */
  readonly skewMs: number;
  readonly logged: unknown[] = [];
  readonly metrics: unknown[] = [];
  readonly killed: Promise<string>;
  readonly #requests = new Set<ClientRequest>();
  #isOver = false;
  #tellKilled: (why: string) => void = () => {};

  constructor(skewMs: number) {
    this.skewMs = skewMs;
    this.killed = new Promise((resolve) => {
      this.#tellKilled = resolve;
    });
  }

  /** The one whose code is running now, if any. */
  static get current(): Invocation | undefined {
    return storage.getStore();
  }

  static within<T>(invocation: Invocation | undefined, act: () => T): T {
    return storage.run(invocation, act);
  }

  /** Whether its process is gone: it ended, or was killed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes note of a connection, so that it ends with the process. */
  watch(request: ClientRequest): void {
    this.#requests.add(request);
    request.once('close', () => this.#requests.delete(request));
  }

  /** Cuts its connections, as they are when a process is killed; nothing it still does has any effect. */
  kill(why: string): void {
    this.end();
    this.#tellKilled(why);
  }

  end(): void {
    this.#isOver = true;
    for (const request of this.#requests) request.destroy();
  }
}
