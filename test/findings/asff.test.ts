import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTwoOrMore, type Tag } from '../../lambda/check/access-key.ts';
import { type ResolutionReason, reconcile } from '../../lambda/check/reconcile.ts';
import { productArn, toFinding } from '../../lambda/findings/asff.ts';
import { toStored } from '../../lambda/findings/stored-finding.ts';
import {
  ACCOUNT,
  ago,
  failingUser,
  failureItem,
  findingBody,
  iamUser,
  NEVER,
  NOW,
  newer,
  ORIGIN,
  older,
  PRODUCT,
  REGION,
  resolvedItem,
  storedFinding,
  told,
  UNREADABLE,
  used,
  usedKey,
} from '../builders.ts';
import { ALL_IDS, failingUsers, texts } from '../check/arbitraries.ts';
import { asffProblems } from '../sandbox/asff-rules.ts';

const recorded = (failing = failingUser(), origin: Parameters<typeof toFinding>[1] = ORIGIN) =>
  toFinding(failureItem({ failing }), origin, true, NOW);

describe('the finding of a failing user', () => {
  test('says who it is about, since when, and that it is ours', () => {
    expect(recorded()).toMatchObject({
      SchemaVersion: '2018-10-08',
      Id: 'aws-iam-009/111122223333/AIDAALICE',
      ProductArn: PRODUCT,
      GeneratorId: 'aws-iam-009',
      AwsAccountId: ACCOUNT,
      CreatedAt: NOW.toISOString(),
      FirstObservedAt: NOW.toISOString(),
      UpdatedAt: NOW.toISOString(),
      LastObservedAt: NOW.toISOString(),
      RecordState: 'ACTIVE',
      Compliance: { Status: 'FAILED' },
      FindingProviderFields: { Severity: { Label: 'MEDIUM', Original: 'MEDIUM' } },
    });
  });

  test('names the user, every key and when it was last used, oldest first', () => {
    const { Title, Description = '' } = recorded();
    expect(Title).toBe('IAM user alice has more than one active access key');
    expect(Description).toMatch(/^IAM user alice has 2 active access keys\. /);
    expect(Description).toMatch(
      new RegExp(`${older.id}, created .*300 days ago.*last used .*90 days ago.*${newer.id}, created .*last used `),
    );
  });

  test('has the user and each of its keys as resources', () => {
    expect(recorded().Resources).toMatchObject([
      {
        Type: 'AwsIamUser',
        Id: iamUser().arn,
        Partition: 'aws',
        Details: {
          AwsIamUser: { UserName: 'alice', UserId: 'AIDAALICE', Path: '/', CreateDate: ago(400).toISOString() },
        },
      },
      {
        Type: 'AwsIamAccessKey',
        Id: `AWS::IAM::AccessKey:${older.id}`,
        Details: {
          AwsIamAccessKey: {
            AccessKeyId: older.id,
            AccountId: ACCOUNT,
            CreatedAt: ago(300).toISOString(),
            PrincipalId: 'AIDAALICE',
            PrincipalName: 'alice',
            PrincipalType: 'IAMUser',
            Status: 'Active',
          },
        },
      },
      { Type: 'AwsIamAccessKey', Id: `AWS::IAM::AccessKey:${newer.id}` },
    ]);
  });

  test('says of each key what its tag says and when it was used', () => {
    const keys = [usedKey({ id: 'AKIANEVER', createDate: ago(9), lastUse: NEVER }), newer];
    const tags = [{ key: 'AKIANEVER', value: 'laptop' }];
    const [, never, busy] = recorded(failingUser({ keys: keys.toReversed(), tags })).Resources ?? [];
    expect([busy?.Details?.Other, never?.Details?.Other]).toEqual([
      { LastUsed: 'never used', Description: 'laptop' },
      { LastUsed: expect.stringMatching(/2026-11-22.*by s3 in eu-central-1$/) },
    ]);
  });

  test('has the tags that tell whom to ask on its user, and no others', () => {
    const tags = [
      { key: 'Owner', value: 'team-a@example.com' },
      { key: 'CostCenter', value: '42' },
    ];
    expect(recorded(failingUser({ tags })).Resources?.[0]?.Tags).toEqual({ Owner: 'team-a@example.com' });
    expect(recorded(failingUser({ tags: undefined })).Resources?.[0]).not.toHaveProperty('Tags');
  });

  test('holds cause, commands, undo and Terraform in product fields', () => {
    const { ProductFields = {} } = recorded();
    const command = `aws iam update-access-key --user-name='alice' --access-key-id=${older.id} --status=`;
    expect(ProductFields).toMatchObject({
      'aws-iam-009/diagnosis': 'rotation-not-finished',
      'aws-iam-009/deactivate': `${command}Inactive`,
      'aws-iam-009/undo': `${command}Active`,
    });
    expect(ProductFields['aws-iam-009/terraform']).toContain(`id = "${older.id}"`);
  });

  test('recommends no command as long as it is not known which key is in use', () => {
    const { ProductFields } = recorded(failingUser({ keys: [older, usedKey({ ...newer, lastUse: UNREADABLE })] }));
    expect(Object.keys(ProductFields ?? {})).not.toContain('aws-iam-009/deactivate');
    expect(ProductFields).toMatchObject({ 'aws-iam-009/diagnosis': 'unknown' });
  });

  test('names the recommendation of every version of the CIS benchmark by its own number', () => {
    const { RelatedRequirements = [] } = recorded().Compliance ?? {};
    expect(RelatedRequirements).toContain('CIS AWS Foundations Benchmark v3.0.0/1.13');
    expect(RelatedRequirements).toContain('CIS AWS Foundations Benchmark v5.0.0/1.12');
    expect(RelatedRequirements).toContain('CIS AWS Foundations Benchmark v6.0.0/2.12');
    expect(RelatedRequirements.filter((text) => !/ v\d+\.\d+\.\d+\/\d+\.\d+$/.test(text))).toEqual([]);
  });

  test('says what to do, where to read on, and what kind of finding it is', () => {
    const { Remediation, FindingProviderFields } = recorded();
    expect(Remediation?.Recommendation).toEqual({
      Text: `Turn off ${older.id}. Keep ${newer.id}, which is in use.`,
      Url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html',
    });
    expect(FindingProviderFields?.Types).toEqual([
      'Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark',
    ]);
  });

  test('has the severity that was set', () => {
    expect(recorded(failingUser(), { ...ORIGIN, severity: 'CRITICAL' }).FindingProviderFields?.Severity).toEqual({
      Label: 'CRITICAL',
      Original: 'CRITICAL',
    });
  });

  test('uses another id for a user whose ARN is longer than an id may be', () => {
    const user = iamUser({ path: `/${'x'.repeat(510)}/`, userName: 'n'.repeat(64) });
    expect(recorded(failingUser({ user })).Resources?.[0]?.Id).toBe('AWS::IAM::User:AIDAALICE');
    const longest = iamUser({ arn: 'a'.repeat(512) });
    expect(recorded(failingUser({ user: longest })).Resources?.[0]?.Id).toBe(longest.arn);
  });

  test.each([
    ['aws-cn', 'cn-north-1', 'aws-cn'],
    ['aws-us-gov', 'us-gov-west-1', 'aws-us-gov'],
    ['aws-iso-e', 'eu-isoe-west-1', undefined],
  ])(
    'in partition %s belongs to its product and names only a partition that ASFF knows',
    (partition, region, known) => {
      const finding = recorded(failingUser(), { ...ORIGIN, partition, region });
      expect(finding.ProductArn).toBe(`arn:${partition}:securityhub:${region}:${ACCOUNT}:product/${ACCOUNT}/default`);
      expect(finding.Resources?.map(({ Partition }) => Partition)).toEqual([known, known, known]);
    },
  );

  test('lists as many keys as a finding may have resources', () => {
    const keys = Array.from({ length: 60 }, (_, i) => usedKey({ id: `AKIA${i + 1000}`, createDate: ago(100 - i) }));
    const { Resources = [], Description } = recorded(failingUser({ keys }));
    expect(Resources).toHaveLength(32);
    expect(Description).toContain('has 60 active access keys');
  });
});

describe('the finding of a user that still fails', () => {
  const stored = storedFinding({
    createdAt: '2026-10-01T06:00:00Z',
    firstObservedAt: '2026-09-30T06:00:00.123456789Z',
  });

  test('keeps CreatedAt and FirstObservedAt to the letter and moves the other times on', () => {
    expect(toFinding(failureItem({ stored }), ORIGIN, true, NOW)).toMatchObject({
      CreatedAt: '2026-10-01T06:00:00Z',
      FirstObservedAt: '2026-09-30T06:00:00.123456789Z',
      UpdatedAt: NOW.toISOString(),
      LastObservedAt: NOW.toISOString(),
    });
  });

  test.each([
    ['a second before now', '2026-11-23T05:59:59.000Z', NOW.toISOString()],
    ['exactly now', NOW.toISOString(), '2026-11-23T06:00:00.001Z'],
    ['after now, as clocks disagree', '2026-11-23T06:05:00.000Z', '2026-11-23T06:05:00.001Z'],
    ['with nanoseconds', '2026-11-23T06:05:00.000999999Z', '2026-11-23T06:05:00.001Z'],
    ['with an offset', '2026-11-23T09:05:00+03:00', '2026-11-23T06:05:00.001Z'],
  ])('is later than the stored one, which was updated %s', (_, updatedAt, expected) => {
    for (const item of [
      failureItem({ stored: { ...stored, updatedAt } }),
      resolvedItem({ stored: { ...stored, updatedAt } }),
    ]) {
      expect(toFinding(item, ORIGIN, true, NOW).UpdatedAt).toBe(expected);
    }
  });

  test('remembers what is told now only if the message went out', () => {
    const alerted = (published: boolean) =>
      Object.entries(
        toFinding(failureItem({ stored, told: told(), news: 'still-open' }), ORIGIN, published, NOW).ProductFields ??
          {},
      )
        .filter(([name]) => name.includes('alerted'))
        .map(([, value]) => value);
    expect(alerted(true)).toEqual(['FAILED', NOW.toISOString(), `${older.id} ${newer.id}`]);
    expect(alerted(false)).toEqual(['FAILED', ago(1).toISOString(), `${older.id} ${newer.id}`]);
  });
});

describe('the finding of a user that fails no more', () => {
  const body = findingBody({
    SourceUrl: 'https://console.aws.amazon.com/iam/home#/users/details/alice',
    Remediation: { Recommendation: { Text: 'Turn it off' } },
    ProductFields: {
      'aws-iam-009/diagnosis': 'rotation-not-finished',
      'aws-iam-009/deactivate': 'aws iam …',
      'aws-iam-009/undo': 'aws iam …',
      'aws-iam-009/alerted-status': 'FAILED',
      'aws-iam-009/alerted-keys-2': 'AKIAGONE',
      'aws/securityhub/FindingId': 'x',
    },
  });
  const resolved = () => toFinding(resolvedItem({ stored: storedFinding({ body }) }), ORIGIN, true, NOW);

  test('passes, is archived, informational, and says why', () => {
    expect(resolved()).toMatchObject({
      Compliance: {
        Status: 'PASSED',
        StatusReasons: [{ ReasonCode: 'KEY_DEACTIVATED_OR_DELETED', Description: 'key deactivated or deleted' }],
      },
      RecordState: 'ARCHIVED',
      FindingProviderFields: { Severity: { Label: 'INFORMATIONAL' } },
    });
    expect(resolved().Description).toBe(
      'Resolved: key deactivated or deleted. IAM user alice was last seen with more than one active access key on 2026-11-22.',
    );
  });

  test('says so when the user was deleted', () => {
    const deleted = toFinding(resolvedItem({ reason: 'user deleted' }), ORIGIN, true, NOW);
    expect(deleted.Compliance?.StatusReasons).toEqual([{ ReasonCode: 'USER_DELETED', Description: 'user deleted' }]);
    expect(deleted.Description).toMatch(/^Resolved: user deleted\. /);
  });

  test('keeps when it was created, first and last observed', () => {
    expect(resolved()).toMatchObject({
      CreatedAt: '2026-11-01T06:00:00.000Z',
      FirstObservedAt: '2026-11-01T06:00:00.000Z',
      LastObservedAt: '2026-11-22T06:00:00.000Z',
      UpdatedAt: NOW.toISOString(),
    });
  });

  test('keeps the rest of its body that is ours and still of use, without what to do and what was told before', () => {
    expect(resolved()).toMatchObject({ Title: body.Title });
    expect(resolved()).not.toHaveProperty('Remediation');
    expect(resolved().ProductFields).toEqual({
      'aws-iam-009/diagnosis': 'rotation-not-finished',
      'aws-iam-009/undo': 'aws iam …',
      'aws-iam-009/alerted-status': 'PASSED',
      'aws-iam-009/alerted-at': NOW.toISOString(),
    });
  });

  test('can be made of the barest body', () => {
    const bare = findingBody({ Resources: [{ Type: 'AwsIamUser', Id: 'x' }] });
    const finding = toFinding(resolvedItem({ stored: storedFinding({ body: bare }) }), ORIGIN, true, NOW);
    expect(finding.Resources).toEqual([{ Type: 'AwsIamUser', Id: 'x' }]);
    expect(asffProblems(finding)).toEqual([]);
  });

  test.each([{ Resources: undefined }, { Resources: [] }])('can be made of a body without resources', (fields) => {
    const stored = storedFinding({ body: findingBody({ Title: undefined, ...fields }) });
    const finding = toFinding(resolvedItem({ stored }), ORIGIN, true, NOW);
    expect(finding.Resources).toEqual([{ Type: 'AwsIamUser', Id: 'AWS::IAM::User:AIDAALICE' }]);
    expect(asffProblems(finding)).toEqual([]);
  });

  test('tells the name that the user has now', () => {
    const finding = toFinding(resolvedItem({ userName: 'alison' }), ORIGIN, true, NOW);
    expect([finding.Title, finding.Description, finding.SourceUrl].filter((text) => !text?.includes('alison'))).toEqual(
      [],
    );
  });

  test('no longer calls a key active that was turned off, but leaves those of a deleted user as they were', () => {
    const user = {
      ...{ Type: 'AwsIamUser', Id: 'u', Partition: 'aws' as const, Tags: { owner: 'team-a' } },
      Details: { AwsIamUser: { UserName: 'alice' } },
    };
    const key = { Type: 'AwsIamAccessKey', Id: 'k', Details: { AwsIamAccessKey: { Status: 'Active' as const } } };
    const stored = storedFinding({ body: findingBody({ Resources: [user, key] }) });
    const resourcesOf = (reason: ResolutionReason) =>
      toFinding(resolvedItem({ stored, reason }), ORIGIN, true, NOW).Resources;
    expect(resourcesOf('key deactivated or deleted')).toEqual([user, { Type: 'AwsIamAccessKey', Id: 'k' }]);
    expect(resourcesOf('user deleted')).toEqual([user, key]);
  });
});

test('a finding belongs to the default product of the account', () => {
  expect(productArn({ account: ACCOUNT, partition: 'aws', region: REGION })).toBe(PRODUCT);
});

/** What belongs to the customer or to Security Hub alone: a provider must never send it. */
const NOT_OURS = [
  ...['Workflow', 'Note', 'UserDefinedFields', 'VerificationState', 'Severity', 'Types', 'Confidence', 'Criticality'],
  ...['RelatedFindings', 'Region', 'ProcessedAt', 'AwsAccountName', 'WorkflowState', 'ProductName', 'CompanyName'],
];

/** A finding as Security Hub gives it back after a customer has worked on it. */
function workedOn(finding: AwsSecurityFinding): AwsSecurityFinding {
  return {
    ...finding,
    Workflow: { Status: 'NOTIFIED' },
    Note: { Text: 'mine', UpdatedBy: 'analyst', UpdatedAt: NOW.toISOString() },
    UserDefinedFields: { mine: 'yes' },
    VerificationState: 'TRUE_POSITIVE',
    Severity: { Label: 'CRITICAL', Normalized: 90 },
    Types: ['TTPs'],
    Confidence: 1,
    Criticality: 1,
    Region: REGION,
    ProcessedAt: NOW.toISOString(),
    AwsAccountName: 'prod',
    WorkflowState: 'NEW',
    ProductName: 'Default',
    CompanyName: 'Personal',
    FindingProviderFields: { ...finding.FindingProviderFields, Confidence: 1, Criticality: 1 },
    ProductFields: { ...finding.ProductFields, 'aws/securityhub/FindingId': 'x', 'aws/securityhub/CompanyName': 'y' },
    ...(finding.Resources && {
      Resources: finding.Resources.map((each) => ({
        ...each,
        Region: REGION,
        ApplicationName: 'x',
        ResourceRole: 'Target',
      })),
    }),
  };
}

test('every finding of any user is within the limits of ASFF, comes back as it was sent and can be resolved', () => {
  const users = failingUsers({ maxKeys: 60, ids: ALL_IDS });
  fc.assert(
    fc.property(users, fc.boolean(), fc.constantFrom(undefined, told({ at: ago(9) })), (failing, published, before) => {
      const sent = toFinding(failureItem({ failing, told: before }), ORIGIN, published, NOW);
      expect(asffProblems(sent)).toEqual([]);
      // A hundred of them are sent at once, in a request of at most 6 MB.
      expect(Buffer.byteLength(JSON.stringify(sent))).toBeLessThan(60_000);

      const back = toStored(workedOn(sent), ORIGIN);
      const activeKeyIds = failing.keys.map(({ id }) => id);
      expect(back).toMatchObject({
        id: sent.Id,
        userId: failing.user.userId,
        userName: failing.user.userName,
        createdAt: sent.CreatedAt,
        firstObservedAt: sent.FirstObservedAt,
        lastObservedAt: sent.LastObservedAt,
        updatedAt: sent.UpdatedAt,
        workflow: 'NOTIFIED',
        compliance: 'FAILED',
        recordState: 'ACTIVE',
      });
      expect(back?.told).toEqual(published ? { status: 'FAILED', at: NOW, activeKeyIds } : before);

      const passing = { status: 'PASSED', user: failing.user } as const;
      const later = reconcile([passing], back ? [back] : [], { reminderDays: 7 }, NOW).map((action) =>
        toFinding(action, ORIGIN, true, NOW),
      );
      expect(later.map(asffProblems)).toEqual([[]]);
      for (const finding of [sent, ...later]) {
        expect(NOT_OURS.filter((field) => field in finding)).toEqual([]);
        expect(Object.keys(finding.FindingProviderFields ?? {})).toEqual(['Severity', 'Types']);
        const allowed = ['Type', 'Id', 'Partition', 'Tags', 'Details'];
        const foreign = finding.Resources?.flatMap((each) =>
          Object.keys(each).filter((name) => !allowed.includes(name)),
        );
        expect(foreign).toEqual([]);
        const fields = Object.keys(finding.ProductFields ?? {});
        expect(fields.filter((name) => !name.startsWith('aws-iam-009/'))).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});

test('whatever the text of tags and services, a finding has no line breaks, control or bidirectional characters', () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const keys = [usedKey({ lastUse: used(1, one, other) }), newer];
      const tags: Tag[] = [
        { key: 'owner', value: one },
        { key: older.id, value: other },
      ];
      const { Title, Description, Resources, Remediation } = recorded(failingUser({ keys, tags }));
      const words = [
        Title,
        Description,
        Remediation,
        ...(Resources ?? []).map(({ Tags, Details }) => [Tags, Details?.Other]),
      ];
      expect(JSON.stringify(words)).not.toMatch(/\p{C}|\\[nrtbfu]/u);
      expect(isTwoOrMore(Resources ?? [])).toBe(true);
    }),
  );
});

test('a tag whose key is reserved for AWS does not keep the finding from being recorded', () => {
  const tags = [{ key: 'aws:servicecatalog:product', value: 'x' }];
  expect(asffProblems(recorded(failingUser({ tags })))).toEqual([]);
});

test.each(['AWS:service', '\u200baws:service', ' aws:owner'])('nor does a tag whose key %j only becomes one', (key) => {
  expect(asffProblems(recorded(failingUser({ tags: [{ key, value: 'x' }] })))).toEqual([]);
});
