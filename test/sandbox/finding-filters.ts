import type { AwsSecurityFinding, AwsSecurityFindingFilters } from '@aws-sdk/client-securityhub';
import { AwsError, isObject } from './service.ts';

const MOST_ATTRIBUTES = 10;
const MOST_VALUES = 20;

/** The filter attributes this sandbox knows, and the values of a finding they look at. */
const ATTRIBUTES: {
  readonly [A in keyof AwsSecurityFindingFilters]?: (finding: AwsSecurityFinding) => readonly (string | undefined)[];
} = {
  ProductArn: (finding) => [finding.ProductArn],
  AwsAccountId: (finding) => [finding.AwsAccountId],
  Id: (finding) => [finding.Id],
  GeneratorId: (finding) => [finding.GeneratorId],
  Region: (finding) => [finding.Region],
  Title: (finding) => [finding.Title],
  ProductName: (finding) => [finding.ProductName],
  CompanyName: (finding) => [finding.CompanyName],
  Type: (finding) => finding.Types ?? [],
  SeverityLabel: (finding) => [finding.Severity?.Label],
  RecordState: (finding) => [finding.RecordState],
  WorkflowStatus: (finding) => [finding.Workflow?.Status],
  ComplianceStatus: (finding) => [finding.Compliance?.Status],
  VerificationState: (finding) => [finding.VerificationState],
  ResourceType: (finding) => (finding.Resources ?? []).map((resource) => resource.Type),
  ResourceId: (finding) => (finding.Resources ?? []).map((resource) => resource.Id),
};

const COMPARISONS: Readonly<Record<string, (value: string, filter: string) => boolean>> = {
  EQUALS: (value, filter) => value === filter,
  PREFIX: (value, filter) => value.startsWith(filter),
  NOT_EQUALS: (value, filter) => value !== filter,
  PREFIX_NOT_EQUALS: (value, filter) => !value.startsWith(filter),
};

type Predicate = (finding: AwsSecurityFinding) => boolean;
type Attribute = (finding: AwsSecurityFinding) => readonly (string | undefined)[];

/**
 * Reads GetFindings' Filters. Attributes are joined by AND; within one, EQUALS and PREFIX are joined by OR, NOT_EQUALS and
 * PREFIX_NOT_EQUALS by AND. Up to 10 attributes with 20 values each; values are case-sensitive.
 * @throws InvalidInputException
 */
export function parseFilters(filters: unknown): Predicate {
  if (filters === undefined) return () => true;
  if (!isObject(filters)) throw invalid('Filters should be object');
  const entries = Object.entries(filters).filter(([, values]) => !Array.isArray(values) || values.length > 0);
  if (entries.length > MOST_ATTRIBUTES)
    throw invalid(`Filters may use at most ${MOST_ATTRIBUTES} attributes, not ${entries.length}`);
  const predicates = entries.map(([name, values]) => parseAttribute(name, values));
  return (finding) => predicates.every((matches) => matches(finding));
}

function parseAttribute(name: string, values: unknown): Predicate {
  const attribute = new Map<string, Attribute>(Object.entries(ATTRIBUTES)).get(name);
  if (attribute === undefined) throw invalid(`Filters.${name} is unknown, or not modelled by this sandbox`);
  if (!Array.isArray(values)) throw invalid(`Filters.${name} should be array`);
  if (values.length > MOST_VALUES)
    throw invalid(`Filters.${name} may have at most ${MOST_VALUES} values, not ${values.length}`);
  const filters = values.map((filter) => parseStringFilter(name, filter));
  const positive = filters.filter(({ comparison }) => !comparison.includes('NOT_'));
  const negative = filters.filter(({ comparison }) => comparison.includes('NOT_'));
  if (positive.some(({ comparison }) => comparison === 'EQUALS') && negative.length > 0) {
    throw invalid(`Filters.${name} cannot have both an EQUALS filter and a NOT_EQUALS or PREFIX_NOT_EQUALS filter`);
  }
  return (finding) => {
    const found = attribute(finding).filter((value) => value !== undefined);
    const isAny = positive.length === 0 || positive.some(({ matches }) => found.some(matches));
    return isAny && negative.every(({ matches }) => found.every(matches));
  };
}

function parseStringFilter(name: string, filter: unknown) {
  const { Value: value, Comparison: comparison } = isObject(filter) ? filter : {};
  if (typeof value !== 'string' || !/\S/.test(value)) throw invalid(`Filters.${name}.Value should match pattern "\\S"`);
  const compare =
    typeof comparison === 'string' && Object.hasOwn(COMPARISONS, comparison) ? COMPARISONS[comparison] : undefined;
  if (compare === undefined || typeof comparison !== 'string') {
    throw invalid(
      `Filters.${name}.Comparison should be one of ${Object.keys(COMPARISONS).join(', ')}, not ${comparison}`,
    );
  }
  return { comparison, matches: (found: string) => compare(found, value) };
}

function invalid(message: string): AwsError {
  return new AwsError(400, 'InvalidInputException', message);
}
