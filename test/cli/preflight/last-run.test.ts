import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PreflightAccount, startAccount } from './account.ts';
import { about, remedy } from './asked.ts';
import { hoursAgo } from './state.ts';

let account: PreflightAccount;

beforeAll(async () => {
  account = await startAccount();
  for (const [name, value] of Object.entries(account.env)) vi.stubEnv(name, value);
});
beforeEach(() => account.reset());
afterAll(() => {
  vi.unstubAllEnvs();
  account.close();
});

const run = (at: Date, completed: 0 | 1, failing = 4) => ({ at, completed, checked: 1, failing });

function heartbeatOf(hours: number) {
  for (const alarm of account.state.alarms) if (alarm.periods > 1) alarm.periods = hours;
}

function createdAt(time: Date) {
  const { AccessKeyCheck } = account.state.stacks;
  if (AccessKeyCheck) AccessKeyCheck.createdAt = time;
}

describe('the last run', () => {
  test('that completed says what it found, whatever failed before', async () => {
    expect(await about('Last run')).toEqual([
      'ok: completed 6 hours ago: 312 users checked, 4 with more than one active key',
    ]);
  });

  test('that failed is an error, with the command that runs the check', async () => {
    account.state.runs.push(run(hoursAgo(1), 0));
    expect(await about('Last run')).toEqual([
      'error: the one 60 minutes ago failed; the last that completed was 6 hours ago',
    ]);
    expect(await remedy('Last run')).toBe(
      'follow docs/runbook.md#a-run-failed; this runs the check by hand | aws lambda invoke ' +
        '--function-name=AccessKeyCheck-CheckFunction-1 --cli-read-timeout=900 --region=eu-central-1 /dev/stdout',
    );
  });

  test('is late by the same measure as the alarm for a missing run', async () => {
    account.state.runs = [run(hoursAgo(60), 1)];
    expect(await about('Last run')).toEqual(['error: completed 2 days ago, and one is expected every 26 hours']);
    heartbeatOf(100);
    expect(await about('Last run')).toEqual([expect.stringMatching(/^ok: completed 2 days ago/)]);
  });

  test('is only perhaps late when nobody knows how often one is expected', async () => {
    account.state.runs = [run(hoursAgo(60), 1)];
    account.denied.add('cloudwatch:DescribeAlarms');
    expect(await about('Last run')).toEqual([
      'warning: completed 2 days ago, and how often one is expected is not known',
    ]);
  });

  test('that never was is a warning right after the first deployment, and an error later', async () => {
    account.state.runs = [];
    createdAt(hoursAgo(3));
    expect(await about('Last run')).toEqual([
      'warning: there was none since the stack was created 3 hours ago; one is expected every 26 hours',
    ]);
    createdAt(hoursAgo(30));
    expect(await about('Last run')).toEqual([
      'error: none completed in the last 8 days, and one is expected every 26 hours',
    ]);
  });

  test('is unknown when CloudWatch does not give its metrics', async () => {
    account.state.metricStatus = 'Forbidden';
    expect(await about('Last run')).toEqual([
      'error: could not look: AnswerError: CloudWatch answered Forbidden for the metrics of AccessKeyCheck',
    ]);
  });
});

describe('findings', () => {
  test.each([
    [4, 4, 'ok: 4 open findings for the 4 failing users of the last completed run'],
    [5, 4, 'ok: 5 open findings for the 4 failing users of the last completed run'],
    [0, 0, 'ok: 0 open findings for the 0 failing users of the last completed run'],
    [1, 4, 'warning: 1 open finding for the 4 failing users of the last completed run'],
    [0, 1, 'error: 0 open findings for the 1 failing user of the last completed run'],
    [150, 300, 'ok: 100 or more open findings for the 300 failing users of the last completed run'],
  ])('%s open for %s failing users', async (open, failing, says) => {
    account.state.findings = open;
    account.state.runs = [run(hoursAgo(1), 1, failing)];
    expect(await about('Findings')).toEqual([says]);
  });

  test('are counted without a run as well', async () => {
    account.state.runs = [];
    expect(await about('Findings')).toEqual(['ok: 4 open findings, and no completed run to compare with']);
  });

  test('are an error of their own where Security Hub is not enabled', async () => {
    account.state.securityHub = false;
    expect(await about('Findings')).toEqual(['error: none are recorded: Security Hub is not enabled here']);
  });
});
