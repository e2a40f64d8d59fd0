import { Aws } from 'aws-cdk-lib';
import { CfnInsight } from 'aws-cdk-lib/aws-securityhub';
import { Construct } from 'constructs';
import { GENERATOR_ID } from '../lambda/check/reconcile.ts';

/** A saved search in Security Hub: the open findings of this check in this account, by user and key. */
export class Insight extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const equals = (value: string) => [{ comparison: 'EQUALS', value }];
    new CfnInsight(this, 'Insight', {
      name: 'IAM users with more than one active access key',
      groupByAttribute: 'ResourceId',
      filters: {
        generatorId: equals(GENERATOR_ID),
        recordState: equals('ACTIVE'),
        awsAccountId: equals(Aws.ACCOUNT_ID),
      },
    });
  }
}
