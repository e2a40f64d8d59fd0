import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { CheckFunction } from './check-function.ts';
import { CheckSchedule } from './check-schedule.ts';
import { destinationOf } from './destination.ts';
import { FailureQueue } from './failure-queue.ts';
import { Insight } from './insight.ts';
import { Parameters } from './parameters.ts';
import type { Settings } from './settings.ts';

export interface AccessKeyCheckProps extends StackProps {
  readonly settings: Settings;
  /** Makes the template self-contained: this code goes inside, and what differs per organization becomes a parameter. */
  readonly inlineCode?: string;
}

/** One account's access key check. */
export class AccessKeyCheck extends Stack {
  constructor(scope: Construct, id: string, { settings, inlineCode, ...props }: AccessKeyCheckProps) {
    super(scope, id, {
      description: 'AWS-IAM-009: finds IAM users with more than one active access key, records and alerts',
      ...props,
    });
    // A StackSet gives its own tags to what it deploys.
    if (inlineCode === undefined) Tags.of(this).add('application', 'access-key-check');
    const parameters = inlineCode === undefined ? undefined : new Parameters(this, 'Parameters');
    const { schedule } = settings;

    const destination = destinationOf(this, settings, parameters);
    const failures = new FailureQueue(this, 'Failures');
    const { function: check } = new CheckFunction(this, 'Check', {
      settings: settings.check,
      destination,
      failures,
      ...(inlineCode !== undefined && { code: Code.fromInline(inlineCode) }),
    });
    new CheckSchedule(this, 'Schedule', {
      function: check,
      expression: parameters?.schedule ?? schedule.expression,
      timeZone: schedule.timeZone,
      failures,
    });
    new Alarms(this, 'Alarms', { function: check, failures, destination, longestGapHours: schedule.longestGapHours });
    if (settings.securityHubInsight) new Insight(this, 'Insight');

    if (settings.permissionsBoundary !== undefined) {
      const boundary = ManagedPolicy.fromManagedPolicyName(this, 'Boundary', settings.permissionsBoundary);
      PermissionsBoundary.of(this).apply(boundary);
    }
    new CfnOutput(this, 'CheckFunctionName', {
      value: check.functionName,
      description: 'Invoke it to run a check now',
    });
    new CfnOutput(this, 'AlertTopicArn', { value: destination.topicArn, description: 'Where alerts and alarms go' });
  }
}
