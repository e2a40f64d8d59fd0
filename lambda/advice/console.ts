import { GENERATOR_ID } from '../check/reconcile.ts';

/** Where the console of each partition lives. */
const HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The security credentials of an IAM user in the console. */
export function userLink(partition: string, userName: string): string {
  return `https://${host(partition)}/iam/home#/users/details/${encodeURIComponent(userName)}?section=security_credentials`;
}

/** All findings of this check in the console of Security Hub. */
export function findingsLink(partition: string, region: string): string {
  const filter =
    encodeURIComponent('GeneratorId=') +
    encodeURIComponent(encodeURIComponent(`\\operator\\:EQUALS\\:${GENERATOR_ID}`));
  return `https://${region}.${host(partition)}/securityhub/home?region=${region}#/findings?search=${filter}`;
}

function host(partition: string): string {
  return HOSTS[partition] ?? 'console.aws.amazon.com';
}
