import { Template } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { organizationTemplate } from '../../infra/organization-template.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { loadInline } from './inline.ts';
import { only } from './synthesize.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('code that is larger than CloudFormation takes is refused with both sizes', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => organizationTemplate({}, [], ' '.repeat(5_000_000))).toThrow(
    'the inline code has 5000000 bytes, and CloudFormation takes at most 4194304',
  );
  expect(() => organizationTemplate({}, [], ' '.repeat(1_000_000))).toThrow(
    /^the template has \d{7} bytes, and CloudFormation takes at most 1000000$/,
  );
});

describe('the code inside', () => {
  const check = only(Template.fromString(organizationTemplate({})), 'AWS::Lambda::Function').properties;
  const code = String(Object(check.Code).ZipFile);

  test('brings no SDK of its own: the runtime has one', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(51_200);
    expect(code).toMatch(/require\("@aws-sdk\/client-iam"\)/);
  });

  test('is as strict as the modules that it is made of', () => {
    expect(code).toMatch(/^"use strict";/);
  });

  test('runs the whole check: it finds a user, records the finding and publishes the alert', async () => {
    const sandbox = await startSandbox();
    sandbox.iam.createUser({ userName: 'alice', keys: [{}, {}] });
    for (const [name, value] of Object.entries({ ...sandbox.env, ALERT_TOPIC_ARN: sandbox.sns.topicArn }))
      vi.stubEnv(name, value);
    vi.spyOn(console, 'info').mockImplementation(() => {});
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const context = { invokedFunctionArn: sandbox.functionArn, getRemainingTimeInMillis: () => 900_000 };

    const summary = await loadInline(code).handler({}, context);

    expect(summary).toMatchObject({ users: { failing: 1 }, findings: { opened: 1 }, alerts: { published: true } });
    expect(sandbox.securityHub.findings.size).toBe(1);
    expect(sandbox.sns.published).toHaveLength(1);
    await sandbox.close();
  });
});
