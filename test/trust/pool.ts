import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** What a worker can be asked for. */
export type Task =
  | { readonly kind: 'list'; readonly account: string }
  | { readonly kind: 'case'; readonly id: string; readonly verbose?: boolean }
  | { readonly kind: 'history'; readonly seed: number; readonly verbose?: boolean; readonly asIs?: boolean };

/** What came of it. */
export interface Report {
  readonly violations: readonly string[];
  /** How often the function was run for it. */
  readonly runs: number;
  /** How often each thing happened: runs that resolved, were rejected or killed, and what was told. */
  readonly tallies?: Readonly<Record<string, number>>;
  /** What happened, in words, if that was asked for or a law was broken. */
  readonly story?: readonly string[];
  /** Of a list: the cases there are, and the calls they are about. */
  readonly cases?: readonly string[];
  readonly calls?: number;
}

const FOLDER = fileURLToPath(new URL('../../.build/', import.meta.url));
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** No task takes nearly as long, except one whose failing history is being shrunk. */
const LONGEST_MS = 300_000;

/** Processes that take tasks from one queue until it is empty. */
export class Pool {
  readonly #functionPath: string;
  readonly #worker: string;
  readonly #size: number;

  constructor(functionPath: string, size: number) {
    this.#functionPath = functionPath;
    this.#size = size;
    this.#worker = bundleWorker();
  }

  /** Does all tasks, telling of each as it ends; what `deadline` (by `performance.now`) leaves undone is not told of. */
  async run<T extends Task>(tasks: readonly T[], onEnd: (task: T, report: Report) => void, deadline: number) {
    const queue = [...tasks];
    const work = async () => {
      let child = await this.#start();
      for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
        if (performance.now() > deadline) break;
        const report = await perform(child, task);
        onEnd(task, report);
        if (child.exitCode !== null || child.killed) child = await this.#start();
      }
      child.kill();
    };
    await Promise.all(Array.from({ length: Math.min(this.#size, tasks.length) }, work));
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(this.#worker, [this.#functionPath], {
      env: { PATH: process.env.PATH },
      // The SDK warns about Node 20 at every start.
      execArgv: ['--no-warnings', '--enable-source-maps'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`a worker did not start (exit code ${code})`)));
    });
    return child;
  }
}

function perform(child: ChildProcess, task: Task): Promise<Report> {
  return new Promise((resolve) => {
    const end = (report: Report) => {
      clearTimeout(timer);
      child.removeAllListeners('message').removeAllListeners('exit');
      resolve(report);
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      end({ violations: [`it did not end within ${LONGEST_MS / 1000} seconds`], runs: 0 });
    }, LONGEST_MS);
    child.once('message', end);
    child.once('exit', (code) => end({ violations: [`the process died (exit code ${code})`], runs: 0 }));
    child.send(task);
  });
}

/** One module for plain Node: the workers need no loader. */
function bundleWorker(): string {
  mkdirSync(FOLDER, { recursive: true });
  const unfinished = join(FOLDER, `${process.pid}-trust-worker.mjs`);
  const outfile = join(FOLDER, 'trust-worker.mjs');
  const options = { platform: 'node', target: 'node20', format: 'esm', bundle: true, packages: 'external' } as const;
  buildSync({ ...options, entryPoints: [WORKER], outfile: unfinished, sourcemap: 'inline' });
  renameSync(unfinished, outfile);
  return outfile;
}
