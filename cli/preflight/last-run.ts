import { count } from '../../lambda/advice/plain.ts';
import type { Run } from './account.ts';
import { error, type Line, ok, warning } from './line.ts';

const HOUR = 3_600_000;

/** What the default schedule, once a day, comes to. */
const DAILY_HOURS = 26;

/** What is known when the last run is judged. */
export interface Expectation {
  readonly now: Date;
  readonly deployedAt: Date;
  /** The longest time between two completed runs, in hours; undefined if the alarm that watches it could not be read. */
  readonly withinHours: number | undefined;
  /** The command that runs the check. */
  readonly invoke: string;
}

/** When the check last did all it should, newest run first. */
export function lastRun(runs: readonly Run[], { now, deployedAt, withinHours, invoke }: Expectation): Line {
  const about = 'Last run';
  const completed = runs.find((run) => run.completed);
  const latest = runs[0];
  const isRecent = (time: Date) => now.getTime() - time.getTime() <= (withinHours ?? DAILY_HOURS) * HOUR;
  const run = { todo: 'run the check by hand and see what it answers', command: invoke };
  const section = (name: string) => ({ ...run, todo: `follow docs/runbook.md#${name}; this runs the check by hand` });
  if (latest && !latest.completed) {
    const before = completed ? `the last that completed was ${ago(completed.at, now)}` : 'none completed before';
    return error(about, `the one ${ago(latest.at, now)} failed; ${before}`, section('a-run-failed'));
  }
  if (completed && isRecent(completed.at)) {
    const { usersChecked, usersFailing } = completed;
    const users = `${count(usersChecked, 'user')} checked, ${usersFailing} with more than one active key`;
    return ok(about, `completed ${ago(completed.at, now)}: ${users}`);
  }
  const late = withinHours === undefined ? warning : error;
  const often =
    withinHours === undefined ? 'how often one is expected is not known' : `one is expected every ${withinHours} hours`;
  if (completed) return late(about, `completed ${ago(completed.at, now)}, and ${often}`, section('no-completed-run'));
  if (isRecent(deployedAt))
    return warning(about, `there was none since the stack was created ${ago(deployedAt, now)}; ${often}`, run);
  return late(about, `none completed in the last 8 days, and ${often}`, section('no-completed-run'));
}

/** Whether what the last completed run found is in Security Hub: one open finding for each failing user. */
export function findings(open: number | undefined, latest: Run | undefined, most: number): Line {
  const about = 'Findings';
  if (open === undefined)
    return error(about, 'none are recorded: Security Hub is not enabled here', { todo: 'enable it, as above' });
  const number = `${open >= most ? `${most} or more` : open} open ${open === 1 ? 'finding' : 'findings'}`;
  const failing = latest?.usersFailing;
  if (failing === undefined) return ok(about, `${number}, and no completed run to compare with`);
  const says = `${number} for the ${count(failing, 'failing user')} of the last completed run`;
  // There may be more: those of users that could not be read stay open.
  if (open >= Math.min(failing, most)) return ok(about, says);
  const todo = 'Security Hub may lag by minutes, so look again; if it stays so, follow docs/runbook.md#a-run-failed';
  return open === 0 ? error(about, says, { todo }) : warning(about, says, { todo });
}

/** `40 minutes ago`, `5 hours ago`, `3 days ago`. */
function ago(time: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - time.getTime()) / 60_000));
  if (minutes < 120) return `${count(minutes, 'minute')} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.floor(hours / 24)} days ago`;
}
