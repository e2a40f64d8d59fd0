import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findingsLink, userLink } from '../../lambda/advice/console.ts';
import { userNames } from '../check/arbitraries.ts';

test.each([
  ['aws', 'https://console.aws.amazon.com/'],
  ['aws-cn', 'https://console.amazonaws.cn/'],
  ['aws-us-gov', 'https://console.amazonaws-us-gov.com/'],
  ['aws-iso', 'https://console.aws.amazon.com/'],
])('the console of %s is where its users and findings are', (partition, host) => {
  expect(userLink(partition, 'alice')).toBe(`${host}iam/home#/users/details/alice?section=security_credentials`);
  const findings = findingsLink(partition, 'eu-central-1');
  expect(findings).toMatch(
    new RegExp(`^${host.replace('//', '//eu-central-1\\.')}securityhub/home\\?region=eu-central-1#`),
  );
});

test('the link to the findings asks for those of this check', () => {
  const [, search = ''] = /search=(.*)$/.exec(findingsLink('aws', 'eu-central-1')) ?? [];
  const [attribute, value = ''] = decodeURIComponent(search).split('=');
  expect([attribute, decodeURIComponent(value)]).toEqual(['GeneratorId', '\\operator\\:EQUALS\\:aws-iam-009']);
});

test('no name that IAM allows leads the link to a user anywhere else', () => {
  fc.assert(
    fc.property(userNames, (name) => {
      const { hostname, hash } = new URL(userLink('aws', name));
      expect(hostname).toBe('console.aws.amazon.com');
      const [, encoded = ''] = /^#\/users\/details\/([^/?]*)\?section=security_credentials$/.exec(hash) ?? [];
      expect(decodeURIComponent(encoded)).toBe(name);
    }),
  );
});
