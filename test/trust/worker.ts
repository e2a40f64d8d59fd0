/* A process in which time is virtual: loads the bundled function and plays what it is asked for, one task after another. */

import type { BaseAccount, Preparation } from './base-account.ts';
import type { CallId } from './calls.ts';
import { crowd } from './crowd.ts';
import { Deployed } from './deployed.ts';
import { everyone } from './everyone.ts';
import { callsOf, type PlayedCase, play } from './fault-case.ts';
import { type FaultKind, kindsFor } from './fault-kinds.ts';
import { violationsOf } from './fault-laws.ts';
import { few } from './few.ts';
import { playHistory } from './history-check.ts';
import type { Report, Task } from './pool.ts';
import { installVirtualTime } from './virtual-time.ts';

const PREPARATIONS: Readonly<Record<string, Preparation>> = { everyone, crowd, few };

interface Ground {
  readonly account: BaseAccount;
  readonly reference: PlayedCase;
  readonly cases: ReadonlyMap<string, { readonly call: CallId; readonly kind: FaultKind }>;
}

const [, , functionPath = ''] = process.argv;
installVirtualTime(new Date('2026-03-02T06:00:00Z'));
const deployed = await Deployed.load(functionPath);
const grounds = new Map<string, Promise<Ground>>();

process.on('message', (task: Task) => {
  perform(task).then(
    (report) => process.send?.(report),
    (error: Error) => process.send?.({ violations: [`the harness failed: ${error.stack ?? error.message}`], runs: 0 }),
  );
});
process.send?.('ready');

async function perform(task: Task): Promise<Report> {
  switch (task.kind) {
    case 'list': {
      const { account, reference, cases } = await groundOf(task.account);
      const violations = violationsOf(reference, reference).map((what) => `${account.name} without any fault: ${what}`);
      return { violations, runs: 3, cases: [...cases.keys()], calls: callsOf(reference).length };
    }
    case 'case': {
      const { account, reference, cases } = await groundOf(task.id.split('/')[0] ?? '');
      const fault = cases.get(task.id);
      if (fault === undefined) return { violations: [`there is no case ${task.id}`], runs: 0 };
      const played = await play(deployed, account, fault);
      const story = task.verbose ? played.runs.map(tellRun) : [];
      return { violations: violationsOf(played, reference), runs: 3, story };
    }
    case 'history':
      return playHistory(deployed, task);
  }
}

function groundOf(name: string): Promise<Ground> {
  const known = grounds.get(name) ?? prepare(name);
  grounds.set(name, known);
  return known;
}

async function prepare(name: string): Promise<Ground> {
  const preparation = PREPARATIONS[name];
  if (preparation === undefined) throw new Error(`there is no account ${name}`);
  const account = await preparation(deployed);
  const reference = await play(deployed, account, undefined);
  const cases = callsOf(reference).flatMap((call) =>
    kindsFor(call).map((kind) => [`${name}/${call.label}/${kind.name}`, { call, kind }] as const),
  );
  return { account, reference, cases: new Map(cases) };
}

function tellRun({ outcome, told, calls }: PlayedCase['runs'][number], i: number): string {
  const news = told.map(({ userName, news }) => `${userName} (${news})`).join(', ') || 'nothing';
  return `run ${i + 1}: ${outcome.how} after ${calls.length} calls; told ${news}${outcome.why && `; said: ${outcome.why}`}`;
}
