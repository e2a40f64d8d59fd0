import { expect, test } from 'vitest';
import { METRICS, type Summary, toRecord } from '../lambda/summary.ts';
import { ACCOUNT, NOW, REGION } from './builders.ts';

function summary(fields: Partial<Summary> = {}): Summary {
  return {
    account: ACCOUNT,
    region: REGION,
    startedAt: NOW.toISOString(),
    durationMs: 1500,
    users: { listed: 1300, read: 100, passedByReport: 1198, failing: 3, unreadable: 2 },
    reportOf: undefined,
    findings: { opened: 1, reopened: 0, refreshed: 2, resolved: 4, refused: 0 },
    alerts: { published: true, new: 1, stillOpen: 0, resolved: 4 },
    problems: [],
    ...fields,
  };
}

test('a run is one record: its summary, and metrics as of its end and without dimensions', () => {
  expect(toRecord(summary())).toEqual({
    ...summary(),
    _aws: {
      Timestamp: NOW.getTime() + 1500,
      CloudWatchMetrics: [
        {
          Namespace: 'AccessKeyCheck',
          Dimensions: [[]],
          Metrics: [
            { Name: 'UsersChecked', Unit: 'Count' },
            { Name: 'UsersFailing', Unit: 'Count' },
            { Name: 'UsersUnreadable', Unit: 'Count' },
            { Name: 'RunCompleted', Unit: 'Count' },
            { Name: 'RunDuration', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    UsersChecked: 1298,
    UsersFailing: 3,
    UsersUnreadable: 2,
    RunCompleted: 1,
    RunDuration: 1500,
  });
});

test('a run with a problem did not complete', () => {
  expect(toRecord(summary({ problems: ['throttled'] }))).toMatchObject({ RunCompleted: 0 });
});

test('every metric that is declared has a value, under a name of its own', () => {
  const { namespace: _, ...names } = METRICS;
  const record = toRecord(summary());
  expect(new Set(Object.values(names)).size).toBe(Object.keys(names).length);
  expect(Object.keys(record).toSorted()).toEqual(
    ['_aws', ...Object.values(names), ...Object.keys(summary())].toSorted(),
  );
  expect(Object.values(names).filter((name) => typeof Reflect.get(record, name) !== 'number')).toEqual([]);
});
