import { type CfnElement, CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
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
  private readonly isSelfContained: boolean;

  constructor(scope: Construct, id: string, { settings, inlineCode, ...props }: AccessKeyCheckProps) {
    super(scope, id, {
      description: 'AWS-IAM-009: finds IAM users with more than one active access key, records and alerts',
      ...props,
    });
    this.isSelfContained = inlineCode !== undefined;
    // A StackSet gives its own tags to what it deploys.
    if (!this.isSelfContained) Tags.of(this).add('application', 'access-key-check');
    const parameters = this.isSelfContained ? new Parameters(this, 'Parameters') : undefined;
    const { schedule } = settings;

    const destination = destinationOf(this, settings, parameters);
    const failures = new FailureQueue(this, 'Failures');
    const { function: check } = new CheckFunction(this, 'Check', {
      settings: settings.check,
      destination,
      failures,
      ...(inlineCode !== undefined && { code: Code.fromInline(inlineCode) }),
    });
    new Alarms(this, 'Alarms', { function: check, failures, destination, schedule });
    if (settings.securityHubInsight) new Insight(this, 'Insight');
    new CheckSchedule(this, 'Schedule', {
      function: check,
      schedule: { ...schedule, ...(parameters && { expression: parameters.schedule }) },
      failures,
      // Everything above.
      after: this.node.children,
    });

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

  /** A template's size is limited, so there the ids are without the hash that the CDK appends: the path alone is unique. */
  protected override allocateLogicalId(element: CfnElement): string {
    if (!this.isSelfContained) return super.allocateLogicalId(element);
    const [, ...path] = element.node.path.split('/');
    return path.filter((id) => id !== 'Resource').join('');
  }
}
