import { CfnCondition, CfnParameter, CfnRule, Fn, type ICfnConditionExpression } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Schedules that leave at most 24 hours between two runs, which is what the template's heartbeat alarm watches for. */
const DAILY_OR_MORE =
  '^cron\\([0-5]?[0-9] [*0-9,/-]+ (\\* \\* \\?|\\? \\* \\*) \\*\\)$|^rate\\((1 day|1 hour|([2-9]|1[0-9]|2[0-4]) hours)\\)$';

interface Rules {
  readonly description: string;
  readonly allowedPattern: string;
  readonly constraintDescription: string;
}

/**
 * What a template leaves open for whoever deploys it, only what differs between organizations, with the rules that
 * CloudFormation checks before it creates anything.
 */
export class Parameters extends Construct {
  readonly schedule: string;
  readonly alertEmail: { readonly address: string; readonly isGiven: CfnCondition };
  readonly alertTopic: {
    readonly arn: string;
    readonly keyArn: string;
    /** No topic was given, so the stack makes its own. */
    readonly isOurs: CfnCondition;
    /** Our own topic always is; an existing one if its key was given. */
    readonly isEncrypted: CfnCondition;
  };

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.schedule = this.parameter('Schedule', 'cron(0 6 * * ? *)', {
      description: 'When the check runs, in UTC, at least once a day',
      allowedPattern: DAILY_OR_MORE,
      constraintDescription: 'must be cron(minute hour * * ? *), rate(1 day), rate(1 hour), or rate(2 to 24 hours)',
    });
    const email = this.parameter('AlertEmail', '', {
      description: 'An address to tell, unless AlertTopicArn is given',
      allowedPattern: '^$|^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
      constraintDescription: 'must be an email address or empty',
    });
    const arn = this.parameter('AlertTopicArn', '', {
      description: 'An existing topic in this Region; empty for one per account',
      allowedPattern: '^$|^arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[\\w-]{1,256}$',
      constraintDescription: 'must be the ARN of a standard (not FIFO) SNS topic or empty',
    });
    const keyArn = this.parameter('AlertTopicKeyArn', '', {
      description: 'The KMS key of that topic; empty if it is not encrypted',
      allowedPattern: '^$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[A-Za-z0-9-]{1,128}$',
      constraintDescription: 'must be the ARN of a KMS key (no alias) or empty',
    });
    const isOurs = this.condition('OwnTopic', isEmpty(arn));
    const isEncrypted = this.condition('EncryptedTopic', Fn.conditionOr(isOurs, not(isEmpty(keyArn))));
    this.alertTopic = { arn, keyArn, isOurs, isEncrypted };
    this.alertEmail = { address: email, isGiven: this.condition('EmailGiven', not(isEmpty(email))) };
    this.rule('OneDestination', not(isEmpty(arn)), isEmpty(email), 'AlertEmail and AlertTopicArn exclude each other');
    this.rule('KeyOfATopic', not(isEmpty(keyArn)), not(isEmpty(arn)), 'AlertTopicKeyArn needs AlertTopicArn');
  }

  private parameter(name: string, fallback: string, rules: Rules): string {
    const parameter = new CfnParameter(this, name, { default: fallback, ...rules });
    parameter.overrideLogicalId(name);
    return parameter.valueAsString;
  }

  private condition(name: string, expression: ICfnConditionExpression): CfnCondition {
    const condition = new CfnCondition(this, name, { expression });
    condition.overrideLogicalId(name);
    return condition;
  }

  private rule(name: string, when: ICfnConditionExpression, assert: ICfnConditionExpression, text: string): void {
    const assertions = [{ assert, assertDescription: text }];
    new CfnRule(this, name, { ruleCondition: when, assertions }).overrideLogicalId(name);
  }
}

function isEmpty(value: string): ICfnConditionExpression {
  return Fn.conditionEquals(value, '');
}

function not(expression: ICfnConditionExpression): ICfnConditionExpression {
  return Fn.conditionNot(expression);
}
