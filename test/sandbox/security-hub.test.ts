import {
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
  BatchImportFindingsCommand,
  GetFindingsCommand,
  paginateGetFindings,
  type WorkflowStatus,
} from '@aws-sdk/client-securityhub';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientsOf } from './clients.ts';
import { finding } from './finding-example.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let securityHub: ReturnType<typeof clientsOf>['securityHub'];
beforeEach(async () => {
  sandbox = await startSandbox({ clock: () => new Date('2026-11-23T06:00:05Z') });
  ({ securityHub } = clientsOf(sandbox));
});
afterEach(() => sandbox.close());

const imports = (...Findings: AwsSecurityFinding[]) => securityHub.send(new BatchImportFindingsCommand({ Findings }));
const gets = (Filters?: AwsSecurityFindingFilters) =>
  securityHub.send(new GetFindingsCommand({ Filters, MaxResults: 100 }));
const stored = (id = 'check/alice') => sandbox.securityHub.findings.get(`${sandbox.securityHub.productArn}|${id}`);
const later = (change: object = {}) => finding({ UpdatedAt: '2026-11-24T06:00:00.000Z', ...change });

describe('BatchImportFindings', () => {
  test('a new finding gets what Security Hub adds: workflow NEW, Region, ProcessedAt, product and company, severity and types', async () => {
    expect(await imports(finding())).toMatchObject({ SuccessCount: 1, FailedCount: 0, FailedFindings: [] });
    const productArn = sandbox.securityHub.productArn;
    expect(stored()).toEqual({
      ...finding(),
      Workflow: { Status: 'NEW' },
      WorkflowState: 'NEW',
      RecordState: 'ACTIVE',
      Region: 'eu-central-1',
      AwsAccountName: 'sandbox',
      ProcessedAt: '2026-11-23T06:00:05.000Z',
      ProductName: 'Default',
      CompanyName: 'Personal',
      Severity: { Label: 'MEDIUM', Normalized: 40 },
      Types: ['Software and Configuration Checks'],
      ProductFields: {
        'aws/securityhub/FindingId': `${productArn}/check/alice`,
        'aws/securityhub/ProductName': 'Default',
        'aws/securityhub/CompanyName': 'Personal',
      },
    });
  });

  test('a finding that does not adhere to the format is in FailedFindings, its valid neighbours are imported', async () => {
    const answer = await imports(finding({ Id: 'a' }), finding({ Id: 'b', Title: ' ' }), finding({ Id: 'c' }));
    expect(answer).toMatchObject({ $metadata: { httpStatusCode: 200 }, SuccessCount: 2, FailedCount: 1 });
    const ErrorMessage = 'Finding does not adhere to Amazon Finding Format. data.Title should match pattern "\\S".';
    expect(answer.FailedFindings).toEqual([{ Id: 'b', ErrorCode: 'InvalidInput', ErrorMessage }]);
    expect([...sandbox.securityHub.findings.values()].map(({ Id }) => Id)).toEqual(['a', 'c']);
  });

  test('a test may refuse findings of its choice', async () => {
    sandbox.securityHub.refuse = ({ Id }) =>
      Id === 'b' ? { ErrorCode: 'Internal', ErrorMessage: 'try again' } : undefined;
    const { FailedFindings } = await imports(finding({ Id: 'a' }), finding({ Id: 'b' }));
    expect(FailedFindings).toEqual([{ Id: 'b', ErrorCode: 'Internal', ErrorMessage: 'try again' }]);
    expect(sandbox.securityHub.findings.size).toBe(1);
  });

  test.each([0, 101])('a batch of %i findings fails as a whole', async (length) => {
    const batch = Array.from({ length }, (_, index) => finding({ Id: `check/${index}` }));
    await expect(imports(...batch)).rejects.toMatchObject({
      name: 'InvalidInputException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(sandbox.securityHub.findings.size).toBe(0);
  });

  test('a batch of 100 findings is imported', async () => {
    const batch = Array.from({ length: 100 }, (_, index) => finding({ Id: `check/${index}` }));
    expect(await imports(...batch)).toMatchObject({ SuccessCount: 100 });
  });

  test('a batch is at most 6 MB', async () => {
    const ProductFields = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`key${index}`, 'x'.repeat(2048)]),
    );
    const batch = Array.from({ length: 62 }, (_, index) => finding({ Id: `check/${index}`, ProductFields }));
    await expect(imports(...batch)).rejects.toThrow('larger than 6 MB');
  });

  test.each([
    ['AwsAccountId', { AwsAccountId: '999999999999' }],
    ['ProductArn', { ProductArn: 'arn:aws:securityhub:eu-central-1::product/acme/scanner' }],
  ])('%s must be the account of the caller and its default product, otherwise AccessDenied', async (_field, change) => {
    const denied = { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } };
    await expect(imports(finding(change))).rejects.toMatchObject(denied);
  });

  test('UpdatedAt equal or earlier than the stored one is silently ignored, at millisecond resolution', async () => {
    await imports(finding());
    expect(await imports(finding({ Title: 'same' }))).toMatchObject({ SuccessCount: 1, FailedCount: 0 });
    await imports(finding({ UpdatedAt: '2026-11-23T05:59:59.999Z', Title: 'earlier' }));
    expect(stored()?.Title).toBe('Something is wrong');
    await imports(finding({ UpdatedAt: '2026-11-23T06:00:00.001Z', Title: 'later' }));
    expect(stored()?.Title).toBe('later');
  });

  test('an import replaces what the provider owns', async () => {
    await imports(finding({ ProductFields: { a: '1' }, SourceUrl: 'https://example.com' }));
    await imports(later({ ProductFields: { b: '2' } }));
    expect(stored()?.ProductFields).toMatchObject({ b: '2' });
    expect(stored()?.ProductFields).not.toHaveProperty('a');
    expect(stored()).not.toHaveProperty('SourceUrl');
  });

  test('an import cannot update Note, UserDefinedFields, VerificationState or Workflow', async () => {
    await imports(finding());
    const userDefinedFields = { ticket: 'SEC-1' };
    const verificationState = 'TRUE_POSITIVE';
    sandbox.securityHub.update('check/alice', {
      workflow: 'NOTIFIED',
      note: 'mine',
      userDefinedFields,
      verificationState,
    });
    const Note = { Text: 'theirs', UpdatedBy: 'check', UpdatedAt: '2026-11-24T06:00:00Z' };
    await imports(
      later({ Note, Workflow: { Status: 'RESOLVED' }, VerificationState: 'UNKNOWN', UserDefinedFields: { a: 'b' } }),
    );
    expect(stored()).toMatchObject({
      UpdatedAt: '2026-11-24T06:00:00.000Z',
      Workflow: { Status: 'NOTIFIED' },
      Note: { Text: 'mine' },
      UserDefinedFields: { ticket: 'SEC-1' },
      VerificationState: 'TRUE_POSITIVE',
    });
  });

  test('CreatedAt and FirstObservedAt never change; an attempt is noted as a violation', async () => {
    await imports(finding({ FirstObservedAt: '2026-11-23T06:00:00.000Z' }));
    await imports(later({ FirstObservedAt: '2026-11-23T06:00:00.000Z' }));
    expect(sandbox.securityHub.violations).toEqual([]);
    const now = '2026-11-25T06:00:00.000Z';
    await imports(finding({ CreatedAt: now, FirstObservedAt: now, UpdatedAt: now }));
    expect(stored()).toMatchObject({
      CreatedAt: '2026-11-23T06:00:00.000Z',
      FirstObservedAt: '2026-11-23T06:00:00.000Z',
    });
    expect(sandbox.securityHub.violations).toEqual([
      `CreatedAt of check/alice changed from 2026-11-23T06:00:00.000Z to ${now}`,
      `FirstObservedAt of check/alice changed from 2026-11-23T06:00:00.000Z to ${now}`,
    ]);
  });

  test('the provider can only update the severity if it has not been updated by BatchUpdateFindings', async () => {
    const severity = (Label: string) => ({ FindingProviderFields: { Severity: { Label }, Types: ['TTPs'] } });
    await imports(finding());
    await imports(later(severity('HIGH')));
    expect(stored()?.Severity).toEqual({ Label: 'HIGH', Normalized: 70 });
    sandbox.securityHub.update('check/alice', { severityLabel: 'LOW' });
    await imports(finding({ UpdatedAt: '2026-11-25T06:00:00.000Z', ...severity('CRITICAL') }));
    expect(stored()).toMatchObject({
      Severity: { Label: 'LOW' },
      FindingProviderFields: { Severity: { Label: 'CRITICAL' } },
    });
  });

  test('FindingProviderFields is populated from the top-level fields if it is empty', async () => {
    await imports(finding({ FindingProviderFields: undefined, Severity: { Normalized: 70 }, Types: ['TTPs'] }));
    const Severity = { Label: 'HIGH', Normalized: 70 };
    expect(stored()).toMatchObject({ Severity, FindingProviderFields: { Severity, Types: ['TTPs'] } });
  });
});

describe('the workflow status', () => {
  const archived = { RecordState: 'ARCHIVED', Compliance: { Status: 'PASSED' } };
  const failing = { RecordState: 'ACTIVE', Compliance: { Status: 'FAILED' } };

  test.each<[string, object, object, WorkflowStatus, WorkflowStatus]>([
    [
      'RecordState changes from ARCHIVED to ACTIVE',
      { RecordState: 'ARCHIVED' },
      { RecordState: 'ACTIVE' },
      'RESOLVED',
      'NEW',
    ],
    ['ARCHIVED to ACTIVE, from NOTIFIED', { RecordState: 'ARCHIVED' }, { RecordState: 'ACTIVE' }, 'NOTIFIED', 'NEW'],
    [
      'Compliance changes from PASSED to FAILED',
      { Compliance: { Status: 'PASSED' } },
      { Compliance: { Status: 'FAILED' } },
      'RESOLVED',
      'NEW',
    ],
    ['SUPPRESSED stays', archived, failing, 'SUPPRESSED', 'SUPPRESSED'],
    ['a refresh resets nothing', failing, failing, 'NOTIFIED', 'NOTIFIED'],
    ['PASSED sets RESOLVED only for the controls of Security Hub itself', failing, archived, 'NEW', 'NEW'],
  ])('%s', async (_rule, before, after, workflow, expected) => {
    await imports(finding(before));
    sandbox.securityHub.update('check/alice', { workflow });
    await imports(later(after));
    expect(stored()?.Workflow?.Status).toBe(expected);
  });
});

describe('GetFindings', () => {
  test('pages through all findings by NextToken, MaxResults at a time at most', async () => {
    await imports(...Array.from({ length: 8 }, (_, index) => finding({ Id: `check/${index}` })));
    const pages: number[] = [];
    for await (const page of paginateGetFindings({ client: securityHub, pageSize: 100 }, {}))
      pages.push(page.Findings?.length ?? 0);
    expect(pages).toEqual([3, 3, 2]);
    expect((await securityHub.send(new GetFindingsCommand({ MaxResults: 1 }))).Findings).toHaveLength(1);
  });

  test('a NextToken belongs to the filters it was given for', async () => {
    await imports(...Array.from({ length: 4 }, (_, index) => finding({ Id: `check/${index}` })));
    const { NextToken } = await gets();
    const Filters = { GeneratorId: [{ Value: 'check', Comparison: 'EQUALS' as const }] };
    await expect(securityHub.send(new GetFindingsCommand({ Filters, NextToken }))).rejects.toThrow('Invalid NextToken');
  });

  test.each([0, 101, 1.5])('MaxResults is 1 to 100, so %d is InvalidInput', async (MaxResults) => {
    const request = securityHub.send(new GetFindingsCommand({ MaxResults }));
    await expect(request).rejects.toMatchObject({ name: 'InvalidInputException' });
  });

  describe('filters', () => {
    const equals = (...values: string[]) => values.map((Value) => ({ Value, Comparison: 'EQUALS' as const }));

    beforeEach(async () => {
      await imports(
        finding({ Id: 'a/1' }),
        finding({ Id: 'a/2', Compliance: { Status: 'FAILED' } }),
        finding({ Id: 'b/1', GeneratorId: 'other' }),
      );
      sandbox.securityHub.insert(
        finding({ Id: 'a/9', AwsAccountId: '999999999999', Region: 'us-east-1', ProductArn: 'arn:foreign' }),
      );
    });

    test.each<[string, AwsSecurityFindingFilters, string[]]>([
      ['EQUALS matches exactly', { Id: equals('a/1') }, ['a/1']],
      ['values are case-sensitive', { Id: equals('A/1') }, []],
      ['EQUALS filters on the same field are joined by OR', { Id: equals('a/1', 'b/1') }, ['a/1', 'b/1']],
      [
        'attributes are joined by AND',
        { Id: [{ Value: 'a/', Comparison: 'PREFIX' }], AwsAccountId: equals('111122223333') },
        ['a/1', 'a/2'],
      ],
      [
        'NOT_EQUALS filters on the same field are joined by AND',
        {
          Id: [
            { Value: 'a/1', Comparison: 'NOT_EQUALS' },
            { Value: 'a/2', Comparison: 'NOT_EQUALS' },
          ],
        },
        ['b/1', 'a/9'],
      ],
      [
        'PREFIX is processed first, then NOT_EQUALS',
        {
          Id: [
            { Value: 'a/', Comparison: 'PREFIX' },
            { Value: 'a/1', Comparison: 'NOT_EQUALS' },
          ],
        },
        ['a/2', 'a/9'],
      ],
      ['by workflow status', { WorkflowStatus: equals('NEW'), ProductArn: equals('arn:foreign') }, ['a/9']],
      ['by compliance status', { ComplianceStatus: equals('FAILED') }, ['a/2']],
      ['by Region', { Region: equals('us-east-1') }, ['a/9']],
      [
        'by generator, record state and product',
        { GeneratorId: equals('other'), RecordState: equals('ACTIVE') },
        ['b/1'],
      ],
    ])('%s', async (_rule, filters, ids) => {
      expect((await gets(filters)).Findings?.map(({ Id }) => Id)).toEqual(ids);
    });

    test.each<[string, AwsSecurityFindingFilters]>([
      ['more than 20 values of an attribute', { Id: equals(...Array.from({ length: 21 }, (_, index) => `${index}`)) }],
      [
        'an EQUALS and a NOT_EQUALS filter on the same field',
        { Id: [...equals('a'), { Value: 'b', Comparison: 'NOT_EQUALS' }] },
      ],
      ['CONTAINS, which works with automation rules', { Title: [{ Value: 'a', Comparison: 'CONTAINS' }] }],
      ['an attribute the sandbox does not know', { MalwareName: equals('x') }],
      ['a blank value', { Id: equals(' ') }],
      [
        'more than 10 attributes',
        Object.fromEntries(
          [
            'Id',
            'ProductArn',
            'GeneratorId',
            'AwsAccountId',
            'Region',
            'Type',
            'Title',
            'RecordState',
            'WorkflowStatus',
            'ComplianceStatus',
            'ResourceId',
          ].map((name) => [name, equals('x')]),
        ),
      ],
    ])('%s: InvalidInput', async (_rule, filters) => {
      await expect(gets(filters)).rejects.toMatchObject({ name: 'InvalidInputException' });
    });
  });

  test('is eventually consistent: with a lag, it answers as of that long ago', async () => {
    await imports(finding());
    sandbox.securityHub.lagMs = 60_000;
    expect((await gets()).Findings).toEqual([]);
    sandbox.clock = () => new Date('2026-11-23T06:01:05Z');
    await imports(later({ Title: 'fresh' }));
    expect((await gets()).Findings).toMatchObject([{ Title: 'Something is wrong' }]);
    expect(stored()?.Title).toBe('fresh');
  });
});

test('an account not subscribed to Security Hub gets InvalidAccessException, 401', async () => {
  sandbox.securityHub.enabled = false;
  const message = 'Account 111122223333 is not subscribed to AWS Security Hub';
  const error = { name: 'InvalidAccessException', message, $metadata: { httpStatusCode: 401 } };
  await expect(gets()).rejects.toMatchObject(error);
  await expect(imports(finding())).rejects.toMatchObject(error);
});

test('findings are kept 90 days after the last update, archived ones 30', async () => {
  await imports(finding({ Id: 'active' }), finding({ Id: 'archived', RecordState: 'ARCHIVED' }));
  const ids = (day: string) => {
    sandbox.securityHub.expire(new Date(day));
    return [...sandbox.securityHub.findings.values()].map(({ Id }) => Id);
  };
  expect(ids('2026-12-23T06:00:05Z')).toEqual(['active', 'archived']);
  expect(ids('2026-12-24T06:00:05Z')).toEqual(['active']);
  expect(ids('2027-02-22T06:00:05Z')).toEqual([]);
});
