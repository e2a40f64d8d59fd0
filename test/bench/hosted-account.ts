import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AccountOrder, AccountReport } from './account-process.ts';
import type { AccountView } from './journal.ts';

/** An account that lives in another process. */
export interface HostedAccount {
  readonly env: Readonly<Record<string, string>>;
  readonly functionArn: string;
  readonly topicArn: string;
  /** What it saw since it was last asked. */
  readonly view: () => Promise<AccountView>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Starts the account that is ordered; `program` is `account-process.ts`, bundled. */
export async function hostAccount(program: string, order: AccountOrder): Promise<HostedAccount> {
  const child = fork(program, [JSON.stringify(order)], { execArgv: [] });
  const open = await next(child, 'open');
  return {
    env: open.env,
    functionArn: open.functionArn,
    topicArn: open.topicArn,
    view: async () => {
      const answer = next(child, 'view');
      child.send('view');
      return (await answer).view;
    },
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** The next report of this kind. @throws when the process ends before it comes */
function next<K extends AccountReport['kind']>(child: ChildProcess, kind: K) {
  return new Promise<Extract<AccountReport, { kind: K }>>((resolve, reject) => {
    const isKind = (report: AccountReport): report is Extract<AccountReport, { kind: K }> => report.kind === kind;
    const onMessage = (report: AccountReport) => {
      if (!isKind(report)) return;
      child.off('message', onMessage).off('exit', onExit);
      resolve(report);
    };
    const onExit = (code: number | null) => reject(new Error(`the process of the account ended with status ${code}`));
    child.on('message', onMessage).once('exit', onExit);
  });
}
