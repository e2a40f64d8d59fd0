import { Annotations, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  CfnAlarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS } from '../lambda/summary.ts';
import type { Destination } from './destination.ts';
import { isRate, type Schedule } from './schedule-setting.ts';

export interface AlarmsProps {
  readonly function: IFunction;
  readonly failures: IQueue;
  readonly destination: Destination;
  readonly schedule: Schedule;
}

interface Watch {
  readonly metric: IMetric;
  readonly operator?: ComparisonOperator;
  /** How many periods are looked at. */
  readonly periods?: number;
  /** How many of them must be bad; all, unless it is given. */
  readonly badPeriods?: number;
  readonly missing?: TreatMissingData;
  /** What it means for the owner, in a sentence. */
  readonly impact: string;
  /** The heading of its section in the runbook, as an anchor. */
  readonly runbook: string;
}

/**
 * An error is dated when the function was invoked, not when it failed
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html): that of a run of 15 minutes becomes known
 * up to 20 minutes after its period of five began, and an alarm that looks at fewer periods may never see it.
 */
const PERIODS_OF_A_RUN = 5;

/** How late a run may be, for delivery, retries and the run itself. */
const LATE_HOURS = 2;

/** The longest warm-up that CloudWatch takes. */
const MOST_WARM_UP_HOURS = 48;

/** Every way in which the check may stop telling the truth, each with its impact and its section of the runbook. */
export class Alarms extends Construct {
  private readonly topicArn: string;

  constructor(scope: Construct, id: string, { function: check, failures, destination, schedule }: AlarmsProps) {
    super(scope, id);
    this.topicArn = destination.topicArn;
    this.alarm('RunFailed', {
      metric: check.metricErrors({ period: Duration.minutes(5) }),
      periods: PERIODS_OF_A_RUN,
      badPeriods: 1,
      impact: 'A run could not look at, alert or record everything, so users with two active keys may be unreported.',
      runbook: 'a-run-failed',
    });
    this.heartbeat(schedule);
    this.alarm('EventInFailureQueue', {
      metric: failures.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      impact: 'A scheduled run was not delivered or failed, so a check of the account is missing.',
      runbook: 'an-event-is-in-the-failure-queue',
    });
    if (destination.own) this.deliveries(destination.own);
  }

  private alarm(id: string, watch: Watch): CfnAlarm {
    const alarm = new Alarm(this, id, {
      metric: watch.metric,
      threshold: 1,
      comparisonOperator: watch.operator ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: watch.periods ?? 1,
      ...(watch.badPeriods !== undefined && { datapointsToAlarm: watch.badPeriods }),
      treatMissingData: watch.missing ?? TreatMissingData.NOT_BREACHING,
      alarmDescription: `Access key check. Impact: ${watch.impact} What to do: docs/runbook.md#${watch.runbook}`,
    });
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: this.topicArn }) });
    const resource = alarm.node.defaultChild;
    if (!(resource instanceof CfnAlarm)) throw new Error(`${id} is not a CloudWatch alarm`);
    return resource;
  }

  /**
   * Hour by hour, so that it fires within the hour rather than days late as one long period with missing data would.
   * Quiet after the first deployment until a run was due; where that is longer than CloudWatch lets an alarm warm up,
   * somebody has to run the check once, unless the schedule starts with a run.
   */
  private heartbeat({ expression, longestGapHours }: Schedule): void {
    const hours = Math.ceil(longestGapHours) + LATE_HOURS;
    const { namespace, runCompleted: metricName } = METRICS;
    const period = Duration.hours(1);
    const runs = new Metric({ namespace, metricName, statistic: 'Sum', period });
    const alarm = this.alarm('NoCompletedRun', {
      metric: new MathExpression({
        expression: 'FILL(runs, 0)',
        usingMetrics: { runs },
        label: 'Completed runs',
        period,
      }),
      operator: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: hours,
      missing: TreatMissingData.BREACHING,
      impact: `No run completed for ${hours} hours: the account is not being checked, and silence means nothing.`,
      runbook: 'no-completed-run',
    });
    const warmUpHours = Math.min(hours + LATE_HOURS, MOST_WARM_UP_HOURS);
    alarm.warmUpConfiguration = {
      warmUpPeriodDurationInMinutes: warmUpHours * 60,
      onlyStartEvaluatingAfterWarmUpPeriodEnds: true,
    };
    if (hours > MOST_WARM_UP_HOURS + LATE_HOURS && !isRate(expression)) Annotations.of(this).addWarningV2(...RUN_ONCE);
  }

  /** Of our own topic only: another's deliveries are its owner's to watch, and its metrics may be in another account. */
  private deliveries({ topicArn, topicName, when }: NonNullable<Destination['own']>): void {
    const alarm = this.alarm('AlertNotDelivered', {
      metric: new Metric({
        namespace: 'AWS/SNS',
        metricName: 'NumberOfNotificationsFailed',
        dimensionsMap: { TopicName: topicName },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      impact: 'SNS could not deliver an alert or an alarm to a subscriber, who knows nothing of it.',
      runbook: 'an-alert-was-not-delivered',
    });
    if (when) {
      alarm.cfnOptions.condition = when;
      alarm.alarmActions = [topicArn];
    }
  }
}

const RUN_ONCE = [
  'access-key-check:run-once',
  'the schedule pauses for more than two days, longer than an alarm can wait for the first run: after the first ' +
    'deployment invoke the function once, or the alarm for a missing run fires before the first one is due',
] as const;
