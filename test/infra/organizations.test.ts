import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { organizationTemplate } from '../../infra/organization-template.ts';
import { lets, type ResourceStatement } from './resource-policies.ts';

const PAGE = readFileSync(new URL('../../docs/organizations.md', import.meta.url), 'utf8');

/** The policies that the page gives, in its order: the key's, the topic's. */
const [key = [], topic = []] = [...PAGE.matchAll(/```json\n([\s\S]+?)```/g)].map(
  ([, json = '']): ResourceStatement[] => JSON.parse(json).Statement,
);

describe('the policies that docs/organizations.md gives for a central topic and its key', () => {
  const check = (organization: string) => ({
    by: '*',
    context: { 'aws:PrincipalOrgID': organization, 'kms:ViaService': 'sns.eu-central-1.amazonaws.com' },
  });
  const alarm = (organization: string) => ({
    by: 'cloudwatch.amazonaws.com',
    context: { 'aws:SourceOrgID': organization },
  });
  const both = [check, alarm] as const;

  test('let checks and alarms of the organization publish encrypted', () => {
    for (const who of both) {
      expect(lets(topic, { ...who('o-exampleorgid'), action: 'sns:Publish' })).toBe(true);
      expect(lets(key, { ...who('o-exampleorgid'), action: 'kms:GenerateDataKey' })).toBe(true);
      expect(lets(key, { ...who('o-exampleorgid'), action: 'kms:Decrypt' })).toBe(true);
    }
  });

  test('let nobody from another organization', () => {
    for (const who of both) {
      expect(lets(topic, { ...who('o-another'), action: 'sns:Publish' })).toBe(false);
      expect(lets(key, { ...who('o-another'), action: 'kms:GenerateDataKey' })).toBe(false);
    }
  });

  test('let nobody publish without TLS, use the key for anything but SNS, or subscribe', () => {
    const { by, context } = check('o-exampleorgid');
    const withoutTls = { ...context, 'aws:SecureTransport': 'false' };
    expect(lets(topic, { by, action: 'sns:Publish', context: withoutTls })).toBe(false);
    const viaS3 = { ...context, 'kms:ViaService': 's3.eu-central-1.amazonaws.com' };
    expect(lets(key, { by, action: 'kms:Decrypt', context: viaS3 })).toBe(false);
    expect(lets(topic, { by, action: 'sns:Subscribe', context })).toBe(false);
  });
});

test('the command that updates the StackSet keeps every parameter, as one that is left out returns to its default', () => {
  const [command = ''] = /^aws cloudformation update-stack-set [^`]+/m.exec(PAGE) ?? [];
  const kept = [...command.matchAll(/ParameterKey=(\w+),UsePreviousValue=true/g)].map(([, name]) => name);
  const { Parameters } = JSON.parse(organizationTemplate({}, [], 'exports.handler = () => {}'));
  expect(kept.toSorted()).toEqual(Object.keys(Parameters).toSorted());
});
