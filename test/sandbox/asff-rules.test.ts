import { describe, expect, test } from 'vitest';
import { asffProblems } from './asff-rules.ts';
import { finding } from './finding-example.ts';

const resourceWith = (change: object) => finding({ Resources: [{ Type: 'AwsIamUser', Id: 'alice', ...change }] });
const detailsWith = (Details: object) => resourceWith({ Details });
const entries = (count: number, value = 'x') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value]));
const many = (count: number, value: unknown = 'x') => Array.from({ length: count }, () => value);
const providing = (change: object) =>
  finding({ FindingProviderFields: { Severity: { Label: 'MEDIUM' }, Types: ['Effects'], ...change } });

test('a finding with everything it needs has no problem', () => {
  expect(asffProblems(finding())).toEqual([]);
});

test.each([
  ...['SchemaVersion', 'Id', 'ProductArn', 'GeneratorId', 'AwsAccountId', 'CreatedAt', 'UpdatedAt'],
  ...['Title', 'Description', 'Resources'],
])('%s is required', (field) => {
  expect(asffProblems(finding({ [field]: undefined }))).toContain(`data should have required property '${field}'`);
});

test('Severity and Types are required, in FindingProviderFields or at the top level', () => {
  expect(asffProblems(finding({ FindingProviderFields: undefined }))).toHaveLength(2);
  expect(
    asffProblems(finding({ FindingProviderFields: undefined, Severity: { Label: 'LOW' }, Types: ['TTPs'] })),
  ).toEqual([]);
});

const iso = '2026-11-23T06:00:00.000Z';

describe('accepted', () => {
  test.each<[string, object]>([
    ['an Id of 512 characters', finding({ Id: 'x'.repeat(512) })],
    ['a timestamp without a fraction', finding({ CreatedAt: '2019-01-31T23:00:00Z' })],
    [
      'a timestamp of 9 digits of fraction and an offset',
      finding({ CreatedAt: '2024-01-04T15:25:10.123456789+17:59' }),
    ],
    ['an offset without colon', finding({ CreatedAt: '2024-01-04T15:25:10-1759' })],
    ['an offset of hours alone', finding({ CreatedAt: '2024-01-04T15:25:10+05' })],
    ['50 product fields of 2048 characters', finding({ ProductFields: entries(50, 'x'.repeat(2048)) })],
    ['a product field key of every kind of character', finding({ ProductFields: { 'aZ9 .:+\\=@_/-': 'x' } })],
    ['a type of three parts', providing({ Types: ['Software and Configuration Checks/a/b'] })],
    ['32 resources', finding({ Resources: many(32, { Type: 'Other', Id: 'x' }) })],
    ['an inactive key', detailsWith({ AwsIamAccessKey: { Status: 'Inactive', AccessKeyId: 'AKIA', CreatedAt: iso } })],
    [
      'a user with its create date',
      detailsWith({ AwsIamUser: { UserName: 'alice', UserId: 'AIDA', Path: '/', CreateDate: iso } }),
    ],
    [
      'a recommendation of 512 characters',
      finding({ Remediation: { Recommendation: { Text: 'x'.repeat(512), Url: 'https://a.b/c' } } }),
    ],
    [
      'a status reason',
      finding({ Compliance: { Status: 'FAILED', StatusReasons: [{ ReasonCode: 'X', Description: 'y' }] } }),
    ],
  ])('%s', (_what, value) => {
    expect(asffProblems(value)).toEqual([]);
  });
});

describe('refused', () => {
  test.each<[string, object, string]>([
    ['an empty string', finding({ Title: '' }), 'data.Title should match pattern "\\S"'],
    [
      'a blank string anywhere',
      resourceWith({ Tags: { Owner: ' ' } }),
      "data.Resources[0].Tags['Owner'] should match pattern",
    ],
    ['another SchemaVersion', finding({ SchemaVersion: '2019-01-01' }), 'data.SchemaVersion should be equal to one of'],
    ['an Id longer than 512', finding({ Id: 'x'.repeat(513) }), 'data.Id should NOT be longer than 512 characters'],
    ['an Id starting with arn:', finding({ Id: 'arn:aws:x' }), 'data.Id should NOT match pattern "^arn:"'],
    [
      'a GeneratorId longer than 512',
      finding({ GeneratorId: 'x'.repeat(513) }),
      'data.GeneratorId should NOT be longer than 512',
    ],
    ['an AwsAccountId not of 12 digits', finding({ AwsAccountId: '123' }), 'data.AwsAccountId should match pattern'],
    ['a Title longer than 256', finding({ Title: 'x'.repeat(257) }), 'data.Title should NOT be longer than 256'],
    [
      'a Description longer than 1024',
      finding({ Description: 'x'.repeat(1025) }),
      'data.Description should NOT be longer than 1024',
    ],
    [
      'a timestamp without a zone',
      finding({ CreatedAt: '2024-01-04T15:25:10' }),
      'data.CreatedAt should match format "date-time"',
    ],
    ['a date alone', finding({ UpdatedAt: '2024-01-04' }), 'data.UpdatedAt should match format "date-time"'],
    [
      'a time that does not exist',
      finding({ UpdatedAt: '2024-13-04T15:25:10Z' }),
      'data.UpdatedAt should match format',
    ],
    [
      'an offset beyond 18 hours',
      finding({ UpdatedAt: '2024-01-04T15:25:10+19:00' }),
      'data.UpdatedAt should match format',
    ],
    [
      'a fraction of 10 digits',
      finding({ UpdatedAt: '2024-01-04T15:25:10.1234567890Z' }),
      'data.UpdatedAt should match format',
    ],
    ['an epoch number', finding({ FirstObservedAt: 1700000000 }), 'data.FirstObservedAt should match format'],
    [
      'a type outside the namespaces',
      providing({ Types: ['Bad/Thing'] }),
      'data.FindingProviderFields.Types[0] should match pattern',
    ],
    [
      'a type of four parts',
      providing({ Types: ['TTPs/a/b/c'] }),
      'data.FindingProviderFields.Types[0] should match pattern',
    ],
    ['more than 50 types', providing({ Types: many(51, 'TTPs') }), 'Types should NOT have more than 50 items'],
    [
      'an unknown severity label',
      providing({ Severity: { Label: 'BAD' } }),
      'Severity.Label should be equal to one of the allowed',
    ],
    [
      'Severity.Original longer than 64',
      providing({ Severity: { Label: 'LOW', Original: 'x'.repeat(65) } }),
      'longer than 64',
    ],
    [
      'a severity with neither Label nor Normalized',
      finding({ Severity: { Original: 'x' } }),
      "data.Severity should have required property 'Label'",
    ],
    ['a confidence above 100', providing({ Confidence: 101 }), 'Confidence should be an integer from 0 to 100'],
    [
      'more than 50 product fields',
      finding({ ProductFields: entries(51) }),
      'data.ProductFields should NOT have more than 50 properties',
    ],
    [
      'a product field key longer than 128',
      finding({ ProductFields: { ['k'.repeat(129)]: 'x' } }),
      'longer than 128 characters',
    ],
    [
      'a product field key of other characters',
      finding({ ProductFields: { 'a#b': 'x' } }),
      "property name 'a#b' should match pattern",
    ],
    [
      'a product field key starting aws/',
      finding({ ProductFields: { 'aws/x': 'x' } }),
      "property name 'aws/x' should NOT match",
    ],
    [
      'a product field longer than 2048',
      finding({ ProductFields: { a: 'x'.repeat(2049) } }),
      'longer than 2048 characters',
    ],
    ['no resources', finding({ Resources: [] }), 'data.Resources should NOT have fewer than 1 items'],
    [
      'more than 32 resources',
      finding({ Resources: many(33, { Type: 'Other', Id: 'x' }) }),
      'should NOT have more than 32 items',
    ],
    [
      'a resource without Type',
      finding({ Resources: [{ Id: 'x' }] }),
      "data.Resources[0] should have required property 'Type'",
    ],
    [
      'a Resource.Id longer than 512',
      resourceWith({ Id: 'x'.repeat(513) }),
      'data.Resources[0].Id should NOT be longer than 512',
    ],
    [
      'an unknown partition',
      resourceWith({ Partition: 'aws-moon' }),
      'data.Resources[0].Partition should be equal to one of',
    ],
    ['more than 50 tags', resourceWith({ Tags: entries(51) }), 'Tags should NOT have more than 50 properties'],
    [
      'a tag longer than 256',
      resourceWith({ Tags: { a: 'x'.repeat(257) } }),
      'should NOT be longer than 256 characters',
    ],
    [
      'an expired key',
      detailsWith({ AwsIamAccessKey: { Status: 'Expired' } }),
      'AwsIamAccessKey.Status should be equal to one of',
    ],
    [
      'a last use on a key',
      detailsWith({ AwsIamAccessKey: { LastUsed: iso } }),
      "should NOT have additional properties: 'LastUsed'",
    ],
    [
      'more than 50 other details',
      detailsWith({ Other: entries(51) }),
      'Details.Other should NOT have more than 50 properties',
    ],
    [
      'another detail of 1024',
      detailsWith({ Other: { a: 'x'.repeat(1024) } }),
      'should NOT be longer than 1023 characters',
    ],
    [
      'another detail key of 128',
      detailsWith({ Other: { ['k'.repeat(128)]: 'x' } }),
      'should NOT be longer than 127 characters',
    ],
    ['another detail that is no string', detailsWith({ Other: { a: 1 } }), "Details.Other['a'] should be string"],
    [
      'an unknown compliance status',
      finding({ Compliance: { Status: 'BAD' } }),
      'data.Compliance.Status should be equal to one of',
    ],
    [
      'more than 32 requirements',
      finding({ Compliance: { RelatedRequirements: many(33) } }),
      'should NOT have more than 32 items',
    ],
    [
      'a requirement longer than 64',
      finding({ Compliance: { RelatedRequirements: ['x'.repeat(65)] } }),
      'longer than 64',
    ],
    [
      'a status reason without code',
      finding({ Compliance: { StatusReasons: [{ Description: 'x' }] } }),
      "property 'ReasonCode'",
    ],
    [
      'a recommendation longer than 512',
      finding({ Remediation: { Recommendation: { Text: 'x'.repeat(513) } } }),
      'longer than 512',
    ],
    [
      'a recommendation without a real URL',
      finding({ Remediation: { Recommendation: { Url: 'localhost' } } }),
      'Url should match',
    ],
    [
      'an unknown record state',
      finding({ RecordState: 'GONE' }),
      'data.RecordState should be equal to one of the allowed values',
    ],
    ['an unknown field', finding({ Colour: 'red' }), "data should NOT have additional properties: 'Colour'"],
    [
      'Region, which is for Security Hub to write',
      finding({ Region: 'eu-central-1' }),
      'data.Region is written by Security Hub itself',
    ],
    ['ProcessedAt', finding({ ProcessedAt: iso }), 'data.ProcessedAt is written by Security Hub itself'],
    ['AwsAccountName', finding({ AwsAccountName: 'prod' }), 'data.AwsAccountName is written by Security Hub itself'],
    [
      'a finding larger than 240 KB',
      finding({ Resources: many(32, { Type: 'Other', Id: 'x', Details: { Other: entries(50, 'x'.repeat(1000)) } }) }),
      'data should NOT be larger than 240 KB',
    ],
    ['something that is no object', [], 'data should be object'],
  ])('%s', (_what, value, problem) => {
    expect(asffProblems(value).join('\n')).toContain(problem);
  });
});
