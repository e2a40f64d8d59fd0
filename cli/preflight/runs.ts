import { type CloudWatchClient, type MetricDataResult, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { METRICS } from '../../lambda/summary.ts';
import { AnswerError, given, type Run } from './account.ts';

const NAMES = [METRICS.runCompleted, METRICS.usersChecked, METRICS.usersFailing];

/**
 * The runs that reported metrics, newest first, to the minute: CloudWatch keeps minutes for 15 days. A run that crashed
 * or ran out of time reported none. Of two runs within a minute the better one counts.
 */
export async function runs(client: CloudWatchClient, since: Date, until: Date): Promise<readonly Run[]> {
  const query = {
    StartTime: since,
    EndTime: until,
    MetricDataQueries: NAMES.map((MetricName, index) => ({
      Id: `m${index}`,
      MetricStat: { Metric: { Namespace: METRICS.namespace, MetricName }, Period: 60, Stat: 'Maximum' },
    })),
  };
  const series = NAMES.map(() => new Map<number, number>());
  for await (const { MetricDataResults } of paginateGetMetricData({ client }, query)) {
    for (const result of given(MetricDataResults, 'MetricDataResults')) collect(result, series);
  }
  const [completed, checked, failing] = series;
  return [...(completed ?? [])]
    .toSorted(([one], [other]) => other - one)
    .map(([time, value]) => ({
      at: new Date(time),
      completed: value === 1,
      usersChecked: checked?.get(time) ?? 0,
      usersFailing: failing?.get(time) ?? 0,
    }));
}

/** Each result says for itself whether it could be read. */
function collect({ Id, StatusCode, Timestamps, Values }: MetricDataResult, series: readonly Map<number, number>[]) {
  if (StatusCode === 'Forbidden' || StatusCode === 'InternalError')
    throw new AnswerError(`CloudWatch answered ${StatusCode} for the metrics of ${METRICS.namespace}`);
  const values = series[Number(Id?.slice(1))];
  Timestamps?.forEach((time, index) => {
    values?.set(time.getTime(), given(Values?.[index], 'Values'));
  });
}
