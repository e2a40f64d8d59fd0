import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../lambda/summary.ts';
import { only, SUBSCRIBED, synthesize } from './synthesize.ts';

const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const WEEK_S = 7 * 24 * 3600;

const { template } = synthesize();
const check = only(template, 'AWS::Lambda::Function');
const queue = only(template, 'AWS::SQS::Queue');
const topic = only(template, 'AWS::SNS::Topic');
const all = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);

const alarm = (runbook: string, from = template): Record<string, unknown> => {
  const alarms = Object.values(from.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  return alarms.find(({ AlarmDescription }) => AlarmDescription.endsWith(`docs/runbook.md#${runbook}`));
};

/** The anchors a Markdown page has: its headings, as GitHub makes links of them. */
const anchors = [...RUNBOOK.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-'),
);

test.each(all)('an alarm states its impact and a section of the runbook, and notifies the topic (%#)', (properties) => {
  const [, anchor] =
    /^Access key check\. Impact: .+\. What to do: docs\/runbook\.md#([a-z-]+)$/.exec(properties.AlarmDescription) ?? [];
  expect(anchors).toContain(anchor);
  expect(properties.AlarmActions).toEqual([{ Ref: topic.id }]);
});

test('there are four, and their windows are no longer than the seven days CloudWatch allows', () => {
  expect(all).toHaveLength(4);
  for (const { Period = 3600, EvaluationPeriods } of all)
    expect(Period * EvaluationPeriods).toBeLessThanOrEqual(WEEK_S);
});

test('a single error of the function is a run that failed, also if it ran for 15 minutes; no run is no error', () => {
  expect(alarm('a-run-failed')).toMatchObject({
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: check.id } }],
    Statistic: 'Sum',
    Period: 300,
    EvaluationPeriods: 5,
    DatapointsToAlarm: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});

describe('no completed run', () => {
  const heartbeat = (schedule: string, timeZone = 'UTC') =>
    alarm('no-completed-run', synthesize({ ...SUBSCRIBED, schedule, timeZone }).template);

  test('is 26 hours without one, hour by hour, where no data counts as no run', () => {
    expect(alarm('no-completed-run')).toMatchObject({
      Metrics: [
        { Expression: 'FILL(runs, 0)', ReturnData: true },
        {
          Id: 'runs',
          MetricStat: {
            Metric: { Namespace: METRICS.namespace, MetricName: METRICS.runCompleted },
            Period: 3600,
            Stat: 'Sum',
          },
          ReturnData: false,
        },
      ],
      EvaluationPeriods: 26,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    expect(alarm('no-completed-run')).not.toHaveProperty('DatapointsToAlarm');
  });

  test('is quiet after the first deployment until a run was due', () => {
    expect(alarm('no-completed-run')).toMatchObject({
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 28 * 60, OnlyStartEvaluatingAfterWarmUpPeriodEnds: true },
    });
  });

  test('waits at most two days for the first run, and whoever chose a rarer cron is told to run it once', () => {
    const rare = synthesize({ ...SUBSCRIBED, schedule: 'cron(0 6 ? * SUN,MON *)' });
    expect(alarm('no-completed-run', rare.template)).toMatchObject({
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 48 * 60 },
    });
    expect(rare.warnings).toEqual([expect.stringContaining('invoke the function once')]);
    expect(synthesize().warnings).toEqual([]);
  });

  test('needs nobody to run it once with a rate, which starts at once', () => {
    expect(synthesize({ ...SUBSCRIBED, schedule: 'rate(6 days)' }).warnings).toEqual([]);
  });

  test.each([
    ['rate(1 hour)', 'UTC', 3],
    ['rate(1 minute)', 'UTC', 3],
    ['cron(* * * * ? *)', 'UTC', 3],
    ['cron(* * * * ? *)', 'Europe/Berlin', 4],
    ['cron(0 6 * * ? *)', 'Europe/Berlin', 27],
    ['cron(30 2 * * ? *)', 'Europe/Berlin', 49],
    ['rate(6 days)', 'UTC', 146],
    ['cron(0 6 ? * SUN,MON *)', 'Europe/Berlin', 147],
  ])('waits two hours longer than %s in %s pauses: %i', (schedule, timeZone, hours) => {
    expect(heartbeat(schedule, timeZone)).toMatchObject({ EvaluationPeriods: hours });
  });
});

test('an event in the queue is a run that was not delivered or that failed', () => {
  expect(alarm('an-event-is-in-the-failure-queue')).toMatchObject({
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue.id, 'QueueName'] } }],
    Statistic: 'Maximum',
    Threshold: 1,
    TreatMissingData: 'notBreaching',
  });
});

test('a delivery that failed is an alert somebody did not get', () => {
  expect(alarm('an-alert-was-not-delivered')).toMatchObject({
    Namespace: 'AWS/SNS',
    MetricName: 'NumberOfNotificationsFailed',
    Dimensions: [{ Name: 'TopicName', Value: { 'Fn::GetAtt': [topic.id, 'TopicName'] } }],
    Threshold: 1,
    TreatMissingData: 'notBreaching',
  });
});

test("deliveries of a topic that is not ours are its owner's to watch", () => {
  const existing = synthesize({ alertTopicArn: 'arn:aws:sns:eu-central-1:111122223333:alerts' });
  expect(alarm('an-alert-was-not-delivered', existing.template)).toBeUndefined();
  existing.template.resourceCountIs('AWS::CloudWatch::Alarm', 3);
});
