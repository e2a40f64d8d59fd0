import { IAMClient } from '@aws-sdk/client-iam';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Sandbox } from './sandbox.ts';

/** Real SDK clients for a sandbox: one attempt per call, so that every error shows. */
export function clientsOf({ endpoint, region }: Sandbox, { maxAttempts = 1 } = {}) {
  const credentials = { accessKeyId: 'AKIASANDBOXSANDBOX12', secretAccessKey: 'sandbox' };
  const configuration = { endpoint, region, credentials, maxAttempts };
  const iam = new IAMClient(configuration);
  const securityHub = new SecurityHubClient(configuration);
  const sns = new SNSClient(configuration);
  return { iam, securityHub, sns };
}
