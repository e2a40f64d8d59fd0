import { createServer, type IncomingMessage } from 'node:http';
import { readBody, send } from '../../sandbox/http.ts';
import { type Answer, AwsError } from '../../sandbox/service.ts';
import { OPERATIONS } from './operations.ts';
import { parse, protocolOf } from './protocols.ts';
import { type AccountState, deployedAccount } from './state.ts';

/** An AWS account over HTTP that answers only what `npm run preflight` asks, from a state that tests may change. */
export interface PreflightAccount {
  readonly state: AccountState;
  /** Operations that are denied, like `sns:GetTopicAttributes`. */
  readonly denied: Set<string>;
  /** Operations that fail with this error. */
  readonly failing: Map<string, AwsError>;
  /** Every operation asked for, in order. */
  readonly calls: string[];
  /** The environment in which SDK clients and the AWS CLI talk to this account, and to no other. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes everything as it is in an account where the check is deployed and works. */
  readonly reset: () => void;
  readonly close: () => void;
}

/** Starts an account where the check is deployed and works. */
export async function startAccount(): Promise<PreflightAccount> {
  const state = deployedAccount();
  const denied = new Set<string>();
  const failing = new Map<string, AwsError>();
  const calls: string[] = [];

  async function answer(http: IncomingMessage): Promise<Answer> {
    const { service, operation, input } = parse(http, await readBody(http));
    const name = `${service === 'monitoring' ? 'cloudwatch' : service}:${operation}`;
    calls.push(name);
    const protocol = protocolOf(service);
    try {
      const error = failing.get(name) ?? (denied.has(name) ? denial(service, name) : undefined);
      if (error) throw error;
      const respond = OPERATIONS[name];
      if (!respond) throw new AwsError(400, 'InvalidAction', `this account does not know ${name}`);
      return protocol.success(operation, respond(state, input));
    } catch (error) {
      if (error instanceof AwsError) return protocol.failure(error);
      throw error;
    }
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (sent) => send(response, sent),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    ...{ state, denied, failing, calls },
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAPREFLIGHT0000001',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    reset: () => {
      Object.assign(state, deployedAccount());
      denied.clear();
      failing.clear();
      calls.length = 0;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What each service says when it denies, and how: none of them agree. */
function denial(service: string, name: string): AwsError {
  const codes: Readonly<Record<string, string>> = {
    ...{ sns: 'AuthorizationError', securityhub: 'AccessDeniedException', monitoring: 'AccessDeniedException' },
    ...{ sqs: 'AccessDeniedException', chatbot: 'AccessDeniedException' },
  };
  const arn = 'arn:aws:iam::111122223333:user/deployer';
  return new AwsError(403, codes[service] ?? 'AccessDenied', `User: ${arn} is not authorized to perform: ${name}`);
}
