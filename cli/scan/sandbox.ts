import { IAMClient } from '@aws-sdk/client-iam';
import type { Connection } from './iam-connection.ts';

/** A connection to the demo account, started in this process. It is loaded only when it is asked for. */
export async function connectToSandbox(region: string | undefined): Promise<Connection> {
  const { startSandbox } = await import('../../test/sandbox/sandbox.ts');
  const { FIRST_RUN, populate } = await import('../../test/demo/account.ts');
  const now = FIRST_RUN;
  const sandbox = await startSandbox({ pageSize: 100, clock: () => now, ...(region && { region }) });
  populate(sandbox);
  const client = new IAMClient({
    endpoint: sandbox.endpoint,
    region: sandbox.region,
    // The account has a time of its own: otherwise the SDK corrects its clock and asks again where it was refused.
    disableClockSkewCorrection: true,
    credentials: { accessKeyId: 'AKIASANDBOXSANDBOX12', secretAccessKey: 'sandbox' },
  });
  return {
    ...{ client, now, region: sandbox.region, account: sandbox.account },
    notes: ['this is a demo account inside this process: nothing of yours was read'],
    close: async () => {
      client.destroy();
      await sandbox.close();
    },
  };
}
