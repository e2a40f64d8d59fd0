import { Writable } from 'node:stream';
import { afterEach } from 'vitest';
import type { Output } from '../../../cli/paint.ts';
import { scan } from '../../../cli/scan/command.ts';
import { NOW } from '../../builders.ts';
import { populate } from '../../demo/account.ts';
import { clientsOf } from '../../sandbox/clients.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';

/** A stream that keeps what is written to it; a terminal if asked for, as far as a spinner needs one. */
export function screen({ isTTY = false, columns = 80 } = {}): Output & { text: string } {
  const stream = new Writable({
    write(chunk, _, done) {
      output.text += String(chunk);
      done();
    },
  });
  const terminal = {
    ...{ columns, hasColors: () => true },
    ...{ clearLine: () => true, cursorTo: () => true, moveCursor: () => true },
  };
  const output = Object.assign(stream, { text: '', isTTY, ...(isTTY && terminal) });
  return output;
}

/** What came of one command. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The circumstances of one command; all that is not said is as usual. */
export interface Circumstances {
  readonly env?: NodeJS.ProcessEnv;
  readonly isTTY?: boolean;
  readonly maxAttempts?: number;
  /** The Region that is configured; none if undefined. */
  readonly region?: string | undefined;
  /** The account that the credentials tell. */
  readonly account?: string;
}

/** Runs the command inside this process, on the account of a sandbox, as of `NOW`. */
export async function run(
  args: readonly string[],
  sandbox: Sandbox | undefined,
  circumstances: Circumstances = {},
): Promise<Outcome> {
  const { env = {}, isTTY = false, maxAttempts = 1, account } = circumstances;
  const [stdout, stderr] = [screen({ isTTY }), screen({ isTTY })];
  const code = await scan(args, {
    ...{ env, stdout, stderr, now: () => NOW },
    connect: async (options) => {
      if (!sandbox) throw new Error('this command has no business with an account');
      const { iam: client } = clientsOf(sandbox, { maxAttempts });
      const region = options.region ?? ('region' in circumstances ? circumstances.region : sandbox.region);
      return { client, region, account, notes: [], close: async () => client.destroy() };
    },
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** An account that is closed after the test: empty, or with everyone of the demo in it. */
export async function account(options: SandboxOptions & { readonly demo?: boolean } = {}): Promise<Sandbox> {
  const { demo = false, ...rest } = options;
  const sandbox = await startSandbox({ pageSize: 5, clock: () => NOW, ...rest });
  if (demo) populate(sandbox);
  open.push(sandbox);
  return sandbox;
}

const open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});
