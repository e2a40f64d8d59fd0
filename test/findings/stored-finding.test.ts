import { expect, test } from 'vitest';
import { toStored } from '../../lambda/findings/stored-finding.ts';
import { ACCOUNT, ago, findingBody, ORIGIN, storedFinding, told } from '../builders.ts';

const ID = `aws-iam-009/${ACCOUNT}/AIDAALICE`;

test('a finding of ours is read with its state and with what was told', () => {
  const body = findingBody({
    FirstObservedAt: '2026-10-31T06:00:00Z',
    LastObservedAt: '2026-11-21T06:00:00Z',
    RecordState: 'ARCHIVED',
    Compliance: { Status: 'PASSED' },
    Workflow: { Status: 'SUPPRESSED' },
    ProductFields: {
      'aws-iam-009/alerted-status': 'FAILED',
      'aws-iam-009/alerted-at': ago(1).toISOString(),
      'aws-iam-009/alerted-keys': 'AKIAOLDER00000000001 AKIANEWER00000000002',
    },
  });
  expect(toStored(body, ORIGIN)).toEqual(
    storedFinding({
      firstObservedAt: '2026-10-31T06:00:00Z',
      lastObservedAt: '2026-11-21T06:00:00Z',
      recordState: 'ARCHIVED',
      compliance: 'PASSED',
      workflow: 'SUPPRESSED',
      told: told(),
      body,
    }),
  );
});

test('what Security Hub leaves out is what it assumes: active, new, compliance not available, observed when it was made', () => {
  const body = findingBody();
  expect(toStored(body, ORIGIN)).toEqual(
    storedFinding({ compliance: 'NOT_AVAILABLE', lastObservedAt: '2026-11-22T06:00:00.000Z', body }),
  );
});

test.each([
  ['without resources', undefined],
  ['without its user', [{ Type: 'Other', Id: 'x', Details: { AwsIamUser: { UserName: 'somebody else' } } }]],
  ['without details', [{ Type: 'AwsIamUser', Id: 'x' }]],
  ['with details of something else', [{ Type: 'AwsIamUser', Id: 'x', Details: {} }]],
])('the user of a finding %s is called by its id', (_, Resources) => {
  expect(toStored(findingBody({ Resources }), ORIGIN)?.userName).toBe('AIDAALICE');
});

test.each([
  ['another product', { ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/guardduty' }],
  ['the same product in another Region', { ProductArn: findingBody().ProductArn?.replace('eu-central', 'eu-west') }],
  ['another generator', { GeneratorId: 'aws-iam-010' }],
  ['another account', { AwsAccountId: '999999999999' }],
  ['the same generator, but not named by us', { Id: 'aws-iam-009/999999999999/AIDAALICE' }],
  ['no id', { Id: undefined }],
])('a finding of %s is none of ours', (_, fields) => {
  expect(toStored(findingBody(fields), ORIGIN)).toBeUndefined();
});

test.each([
  ['CreatedAt', { CreatedAt: undefined }],
  ['a CreatedAt that is a time', { CreatedAt: 'yesterday' }],
  ['UpdatedAt', { UpdatedAt: undefined }],
  ['an UpdatedAt that is a time', { UpdatedAt: '' }],
])('a finding of ours without %s is an error that names it', (_, fields) => {
  expect(() => toStored(findingBody(fields), ORIGIN)).toThrow(`finding ${ID} came back without a valid`);
});
