import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnPolicy, type IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type CheckSettings, VARIABLES } from '../lambda/config.ts';
import { BUNDLING, ENTRY } from './bundling.ts';
import type { Destination } from './destination.ts';

export interface CheckFunctionProps {
  readonly settings: CheckSettings;
  readonly destination: Destination;
  /** Takes the events of runs that failed. */
  readonly failures: IQueue;
  /** Code to use as it is; the default is bundled from lambda/ as an asset. */
  readonly code?: Code;
}

/** The function that runs the check, with its log group and a role that allows exactly what the code calls. */
export class CheckFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, { settings, destination, failures, code }: CheckFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      description: 'Lets the access key check read IAM users, record findings and publish alerts',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        check: new PolicyDocument({
          statements: [
            ...inventory(Stack.of(this), settings.sweep),
            ...findings(Stack.of(this)),
            allow('Alert', ['sns:Publish'], destination.topicArn),
            allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
            allow('KeepFailedEvents', ['sqs:SendMessage'], failures.queueArn),
          ],
        }),
      },
    });
    if (destination.key) this.allowEncryption(role, destination.key);
    Validations.of(role).acknowledge(...ACCEPTED);
    this.function = new NodejsFunction(this, 'Function', {
      description: 'Runs the access key check (AWS-IAM-009)',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.minutes(15),
      // Everything the role may do is listed above: constructs that would add their own idea of it are kept out.
      role: role.withoutPolicyUpdates(),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: environmentOf(settings, destination),
      // A run retries inside; a second run would repeat its alert.
      retryAttempts: 0,
      onFailure: new SqsDestination(failures),
      ...(code ? { code, handler: 'index.handler' } : { entry: ENTRY, bundling: BUNDLING }),
    });
  }

  /** A policy of its own, since in a template that leaves the topic open it may turn out not to be needed. */
  private allowEncryption(role: IRole, { arn, when }: NonNullable<Destination['key']>): void {
    const use = allow('EncryptAlerts', ['kms:Decrypt', 'kms:GenerateDataKey'], arn);
    // Which of the two it is in China is written nowhere.
    const hosts = ['amazonaws.com', Aws.URL_SUFFIX].map((domain) => `sns.${Aws.REGION}.${domain}`);
    use.addCondition('StringEquals', { 'kms:ViaService': hosts });
    const policyDocument = new PolicyDocument({ statements: [use] });
    const policy = new CfnPolicy(this, 'TopicKey', { policyName: 'topic-key', roles: [role.roleName], policyDocument });
    if (when) policy.cfnOptions.condition = when;
  }
}

function inventory(stack: Stack, sweep: CheckSettings['sweep']): readonly PolicyStatement[] {
  const users = stack.formatArn({ service: 'iam', region: '', resource: 'user', resourceName: '*' });
  return [
    allow('ListUsers', ['iam:ListUsers'], '*'),
    ...(sweep === 'live' ? [] : [allow('NarrowLargeAccounts', CREDENTIAL_REPORT, '*')]),
    allow('ReadUsers', ['iam:GetAccessKeyLastUsed', 'iam:ListAccessKeys', 'iam:ListUserTags'], users),
  ];
}

function findings(stack: Stack): readonly PolicyStatement[] {
  const hub = stack.formatArn({ service: 'securityhub', resource: 'hub', resourceName: 'default' });
  const product = stack.formatArn({
    service: 'securityhub',
    resource: 'product',
    resourceName: `${stack.account}/default`,
  });
  return [
    allow('ReadFindings', ['securityhub:GetFindings'], hub),
    allow('RecordFindings', ['securityhub:BatchImportFindings'], product),
  ];
}

function allow(sid: string, actions: string[], resource: string): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources: [resource] });
}

function environmentOf(settings: CheckSettings, { topicArn }: Destination): Record<string, string> {
  return {
    [VARIABLES.topicArn]: topicArn,
    [VARIABLES.severity]: settings.severity,
    [VARIABLES.reminderDays]: String(settings.reminderDays),
    [VARIABLES.rotationGraceDays]: String(settings.rotationGraceDays),
    [VARIABLES.unusedAfterDays]: String(settings.unusedAfterDays),
    [VARIABLES.sweep]: settings.sweep,
  };
}

/** Two actions that no run below a thousand users calls, and none at all with `sweep` set to `live`. */
const CREDENTIAL_REPORT = ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'];

/** Wildcards that cdk-nag reports, and why each is as narrow as it can be. */
const ACCEPTED = [
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'iam:ListUsers and the actions of the credential report have no resource type and can only be allowed on *',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*]',
    reason: 'The check reads every IAM user of the account: that is its purpose',
  },
];
