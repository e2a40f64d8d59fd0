import { Annotations, Aws, CfnResource, Duration, Fn, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression, Schedule as SchedulerSchedule, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import type { Schedule } from './schedule-setting.ts';

export interface CheckScheduleProps {
  readonly function: IFunction;
  readonly schedule: Schedule;
  /** Takes the events that could not be delivered. */
  readonly failures: IQueue;
  /** What the first run needs: a `rate(…)` starts it as soon as the schedule exists. */
  readonly after: readonly IConstruct[];
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
    const { expression, timeZone, mayOverlap } = props.schedule;
    const schedule = new SchedulerSchedule(this, 'Schedule', {
      description: 'Runs the access key check',
      schedule: ScheduleExpression.expression(expression, TimeZone.of(timeZone)),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(props.function, {
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: props.failures,
        maxEventAge: Duration.hours(6),
        retryAttempts: 185,
      }),
    });
    createAfter(props.after, schedule.node.defaultChild);
    if (mayOverlap) Annotations.of(this).addWarningV2(...MAY_OVERLAP);
  }
}

/** What other resources are attached to, which therefore come later than these anyway. */
const FIRST = ['IAM::Role', 'KMS::Key', 'Lambda::Function', 'Logs::LogGroup', 'SNS::Topic', 'SQS::Queue'];

/**
 * Has something created after all the rest. What depends on a resource that a condition leaves out is left out as well
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-condition.html), so what has a
 * condition is referred to instead, under that condition: CloudFormation waits for that, too.
 */
function createAfter(others: readonly IConstruct[], last: IConstruct | undefined): void {
  if (!CfnResource.isCfnResource(last)) throw new Error('there is no resource to create last');
  const resources = others
    .flatMap((other) => other.node.findAll())
    .filter((node) => CfnResource.isCfnResource(node))
    .filter(({ cfnResourceType }) => !FIRST.includes(cfnResourceType.replace('AWS::', '')));
  const references = resources.flatMap((resource) => {
    const { condition } = resource.cfnOptions;
    if (condition) return Fn.conditionIf(condition.logicalId, resource.ref, '');
    last.addResourceDependency(resource);
    return [];
  });
  if (references.length > 0) last.addMetadata('After', references);
}

const MAY_OVERLAP = [
  'access-key-check:runs-may-overlap',
  'the schedule starts runs less than 15 minutes apart, and in a large account a run may take as long: two that overlap ' +
    "repeat each other's alerts",
] as const;
