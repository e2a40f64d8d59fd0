/** What one run did, as it is logged, returned and measured. */
export interface Summary {
  readonly account: string;
  readonly region: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly users: {
    readonly listed: number;
    readonly read: number;
    /** Not read, but PASSED by a credential report. */
    readonly passedByReport: number;
    readonly failing: number;
    readonly unreadable: number;
  };
  /** When the credential report was made, if one was used. */
  readonly reportOf: string | undefined;
  readonly findings: {
    readonly opened: number;
    readonly reopened: number;
    readonly refreshed: number;
    readonly resolved: number;
    readonly refused: number;
  };
  readonly alerts: {
    readonly published: boolean;
    readonly new: number;
    readonly stillOpen: number;
    readonly resolved: number;
  };
  /** Why the run failed: what could not be looked at, alerted or recorded. Empty when all went well. */
  readonly problems: readonly string[];
}

/** CloudWatch metrics of a run, without dimensions. The alarms of the stack read the same names. */
export const METRICS = {
  namespace: 'AccessKeyCheck',
  usersChecked: 'UsersChecked',
  usersFailing: 'UsersFailing',
  usersUnreadable: 'UsersUnreadable',
  /** 1 for a run that looked at, alerted and recorded everything, 0 for any other. */
  runCompleted: 'RunCompleted',
  runDuration: 'RunDuration',
} as const;

/**
 * The summary of a run as one record for the log, which CloudWatch also reads as metrics:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function toRecord(summary: Summary): object {
  const { users, problems, startedAt, durationMs } = summary;
  const figures = {
    [METRICS.usersChecked]: users.read + users.passedByReport,
    [METRICS.usersFailing]: users.failing,
    [METRICS.usersUnreadable]: users.unreadable,
    [METRICS.runCompleted]: problems.length === 0 ? 1 : 0,
    [METRICS.runDuration]: durationMs,
  };
  const Metrics = Object.keys(figures).map((Name) => ({
    Name,
    Unit: Name === METRICS.runDuration ? 'Milliseconds' : 'Count',
  }));
  return {
    _aws: {
      Timestamp: Date.parse(startedAt) + durationMs,
      CloudWatchMetrics: [{ Namespace: METRICS.namespace, Dimensions: [[]], Metrics }],
    },
    ...figures,
    ...summary,
  };
}
