import type {
  AssociatedStandard,
  AwsIamAccessKeyDetails,
  AwsIamAttachedManagedPolicy,
  AwsIamPermissionsBoundary,
  AwsIamUserDetails,
  AwsIamUserPolicy,
  AwsSecurityFinding,
  Compliance,
  FindingProviderFields,
  FindingProviderSeverity,
  Note,
  Recommendation,
  RelatedFinding,
  Remediation,
  Resource,
  ResourceDetails,
  Severity,
  StatusReason,
  Workflow,
} from '@aws-sdk/client-securityhub';
import {
  AwsIamAccessKeyStatus,
  ComplianceStatus,
  Partition,
  RecordState,
  SeverityLabel,
  VerificationState,
  WorkflowStatus,
} from '@aws-sdk/client-securityhub';
import { all, integer, list, map, oneOf, type Rule, refused, structure, text } from './rules.ts';
import { type Input, isObject } from './service.ts';

const LARGEST_FINDING = 240 * 1024;

/**
 * `YYYY-MM-DDTHH:MM:SS`, up to 9 digits of a second's fraction, then Z or an offset within 18 hours.
 * @see https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html#timestamps
 */
const timestamp: Rule = (value, at) => {
  const [, hours = '0'] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](\d\d)(?::?\d\d)?)$/.exec(
    String(value),
  ) ?? [at, '99'];
  const isValid = typeof value === 'string' && Number(hours) <= 18 && !Number.isNaN(Date.parse(withMinutes(value)));
  return isValid ? [] : [`${at} should match format "date-time"`];
};

/** `namespace/category/classifier`, the namespace from a fixed list; category and classifier may be left off. */
const findingType = text({
  pattern:
    /^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(\/[^/]+){0,2}$/,
});

const types = list(findingType, { max: 50 });
const confidence = integer(0, 100);

/** Severity must have Label or Normalized; Original is the provider's own word for it, 1 to 64 characters. */
const severity = all(
  structure<Severity>({
    Label: oneOf(...Object.values(SeverityLabel)),
    Normalized: integer(0, 100),
    Original: text({ max: 64 }),
  }),
  (value, at) =>
    isObject(value) && value.Label === undefined && value.Normalized === undefined
      ? [`${at} should have required property 'Label'`]
      : [],
);

const relatedFindings = list(
  structure<RelatedFinding>({ ProductArn: text({ max: 2048 }), Id: text({ max: 512 }) }, ['ProductArn', 'Id']),
  {
    min: 1,
    max: 10,
  },
);

const findingProviderFields = structure<FindingProviderFields>({
  Confidence: confidence,
  Criticality: confidence,
  RelatedFindings: relatedFindings,
  Severity: structure<FindingProviderSeverity>(
    { Label: oneOf(...Object.values(SeverityLabel)), Original: text({ max: 64 }) },
    ['Label'],
  ),
  Types: types,
});

/** Keys up to 128 characters of a fixed set; those beginning with `aws/` are reserved for AWS. Values up to 2048. */
const productFields = map(
  text({ max: 128, pattern: /^[A-Za-z0-9 .:+\\=@_/-]+$/, not: /^aws\// }),
  text({ max: 2048 }),
  { max: 50 },
);

const awsIamUser = structure<AwsIamUserDetails>({
  UserName: text(),
  UserId: text(),
  Path: text(),
  CreateDate: timestamp,
  GroupList: list(text()),
  UserPolicyList: list(structure<AwsIamUserPolicy>({ PolicyName: text() })),
  AttachedManagedPolicies: list(structure<AwsIamAttachedManagedPolicy>({ PolicyName: text(), PolicyArn: text() })),
  PermissionsBoundary: structure<AwsIamPermissionsBoundary>({
    PermissionsBoundaryArn: text(),
    PermissionsBoundaryType: text(),
  }),
});

/** Status is Active or Inactive only, although IAM also knows Expired. There is no field for the last use. */
const awsIamAccessKey = structure<AwsIamAccessKeyDetails>({
  AccessKeyId: text(),
  AccountId: text(),
  CreatedAt: timestamp,
  PrincipalId: text(),
  PrincipalName: text(),
  PrincipalType: text(),
  Status: oneOf(...Object.values(AwsIamAccessKeyStatus)),
  UserName: text(),
});

const resource = structure<Resource>(
  {
    Type: text({ max: 256 }),
    Id: text({ max: 512 }),
    Partition: oneOf(...Object.values(Partition)),
    Region: text({ max: 16 }),
    ResourceRole: text(),
    Tags: map(text({ max: 128, not: /^aws:/i }), text({ max: 256 }), { max: 50 }),
    Details: structure<ResourceDetails>({
      AwsIamUser: awsIamUser,
      AwsIamAccessKey: awsIamAccessKey,
      Other: map(text({ max: 127 }), text({ max: 1023 }), { max: 50 }),
    }),
  },
  ['Type', 'Id'],
);

const compliance = structure<Compliance>({
  Status: oneOf(...Object.values(ComplianceStatus)),
  RelatedRequirements: list(text({ max: 64 }), { max: 32 }),
  StatusReasons: list(structure<StatusReason>({ ReasonCode: text(), Description: text() }, ['ReasonCode'])),
  SecurityControlId: text(),
  AssociatedStandards: list(structure<AssociatedStandard>({ StandardsId: text() })),
});

const remediation = structure<Remediation>({
  Recommendation: structure<Recommendation>({
    Text: text({ max: 512 }),
    Url: text({ pattern: /^https?:\/\/[^\s/]+\.\S+$/ }),
  }),
});

const byAwsAlone = refused('is written by Security Hub itself: do not send it (a rule of this sandbox)');

/** The finding as BatchImportFindings takes it. */
const finding = structure<AwsSecurityFinding>(
  {
    SchemaVersion: oneOf('2018-10-08'),
    Id: text({ max: 512, not: /^arn:/ }),
    ProductArn: text({ min: 12, max: 2048 }),
    GeneratorId: text({ max: 512 }),
    AwsAccountId: text({ pattern: /^\d{12}$/ }),
    CreatedAt: timestamp,
    UpdatedAt: timestamp,
    FirstObservedAt: timestamp,
    LastObservedAt: timestamp,
    Title: text({ max: 256 }),
    Description: text({ max: 1024 }),
    Remediation: remediation,
    SourceUrl: text({ pattern: /^https?:\/\// }),
    ProductFields: productFields,
    Resources: list(resource, { min: 1, max: 32 }),
    Compliance: compliance,
    RecordState: oneOf(...Object.values(RecordState)),
    FindingProviderFields: findingProviderFields,
    Severity: severity,
    Types: types,
    Confidence: confidence,
    Criticality: confidence,
    RelatedFindings: relatedFindings,
    Workflow: structure<Workflow>({ Status: oneOf(...Object.values(WorkflowStatus)) }),
    VerificationState: oneOf(...Object.values(VerificationState)),
    UserDefinedFields: map(text({ max: 128 }), text({ max: 1024 }), { max: 50 }),
    Note: structure<Note>({ Text: text({ max: 512 }), UpdatedBy: text(), UpdatedAt: timestamp }, [
      'Text',
      'UpdatedBy',
      'UpdatedAt',
    ]),
    ProductName: text({ max: 128 }),
    CompanyName: text({ max: 128 }),
    Region: byAwsAlone,
    ProcessedAt: byAwsAlone,
    AwsAccountName: byAwsAlone,
    WorkflowState: byAwsAlone,
  },
  [
    ...(['SchemaVersion', 'Id', 'ProductArn', 'GeneratorId', 'AwsAccountId', 'CreatedAt', 'UpdatedAt'] as const),
    ...(['Title', 'Description', 'Resources'] as const),
  ],
);

/** Severity and Types are required too: at the top level or in FindingProviderFields. */
const severityAndTypes: Rule = (value, at) => {
  if (!isObject(value)) return [];
  const provided: Input = isObject(value.FindingProviderFields) ? value.FindingProviderFields : {};
  return ['Severity', 'Types']
    .filter((field) => value[field] === undefined && provided[field] === undefined)
    .map(
      (field) =>
        `${at} should have required property 'FindingProviderFields', ${at}.FindingProviderFields.${field} or ${at}.${field} is needed`,
    );
};

/** "The maximum allowed size for a finding is 240 Kb." */
const size: Rule = (value, at) =>
  Buffer.byteLength(JSON.stringify(value)) > LARGEST_FINDING ? [`${at} should NOT be larger than 240 KB`] : [];

/** What is wrong with a finding by the documented limits of ASFF; empty if nothing. */
export function asffProblems(value: unknown): readonly string[] {
  return all(finding, severityAndTypes, size)(value, 'data');
}

/** Whether a finding sent is one Security Hub would import. */
export function isImportable(value: unknown): value is AwsSecurityFinding {
  return asffProblems(value).length === 0;
}

/** JavaScript knows no offset of hours alone. */
function withMinutes(time: string): string {
  return /T.*[+-]\d\d$/.test(time) ? `${time}:00` : time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
}
