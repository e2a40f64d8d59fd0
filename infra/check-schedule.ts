import { Aws, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface CheckScheduleProps {
  readonly function: IFunction;
  readonly expression: string;
  readonly timeZone: string;
  /** Takes the events that could not be delivered. */
  readonly failures: IQueue;
}

/** Invokes the check on time; what cannot be delivered for six hours goes to the queue. */
export class CheckSchedule extends Construct {
  constructor(scope: Construct, id: string, props: CheckScheduleProps) {
    super(scope, id);
    const group = { service: 'scheduler', resource: 'schedule-group', resourceName: 'default' };
    const role = new Role(this, 'Role', {
      description: 'Lets the schedule invoke the access key check',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': Stack.of(this).formatArn(group) },
        },
      }),
      inlinePolicies: {
        schedule: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'Invoke',
              actions: ['lambda:InvokeFunction'],
              resources: [props.function.functionArn],
            }),
            new PolicyStatement({
              sid: 'KeepUndelivered',
              actions: ['sqs:SendMessage'],
              resources: [props.failures.queueArn],
            }),
          ],
        }),
      },
    });
    new Schedule(this, 'Schedule', {
      description: 'Runs the access key check',
      schedule: ScheduleExpression.expression(props.expression, TimeZone.of(props.timeZone)),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(props.function, {
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: props.failures,
        maxEventAge: Duration.hours(6),
        retryAttempts: 185,
      }),
    });
  }
}
