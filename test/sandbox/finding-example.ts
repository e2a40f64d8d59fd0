import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';

/** A finding of the default account that Security Hub imports as it is; tests change the fields that matter to them. */
export function finding(change: object = {}): AwsSecurityFinding {
  return {
    SchemaVersion: '2018-10-08',
    Id: 'check/alice',
    ProductArn: 'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default',
    GeneratorId: 'check',
    AwsAccountId: '111122223333',
    CreatedAt: '2026-11-23T06:00:00.000Z',
    UpdatedAt: '2026-11-23T06:00:00.000Z',
    Title: 'Something is wrong',
    Description: 'It should be put right',
    Resources: [{ Type: 'AwsIamUser', Id: 'arn:aws:iam::111122223333:user/alice' }],
    FindingProviderFields: { Severity: { Label: 'MEDIUM' }, Types: ['Software and Configuration Checks'] },
    ...change,
  };
}
