/** A demo account that this process now talks to. */
export interface Sandbox {
  /** When it is there. */
  readonly now: Date;
  readonly close: () => void;
}

/**
 * Leads everything that asks AWS in this process to a demo account in the process itself, in which the check is deployed
 * and three things are wrong. It is loaded only when it is asked for.
 */
export async function enterSandbox(env: NodeJS.ProcessEnv): Promise<Sandbox> {
  const { startAccount } = await import('../../test/cli/preflight/account.ts');
  const { NOW, TOPIC } = await import('../../test/cli/preflight/state.ts');
  const { state, env: way, close } = await startAccount();
  state.stacks.CDKToolkit = { status: 'CREATE_COMPLETE', createdAt: NOW, outputs: { BootstrapVersion: '5' } };
  state.subscriptions = [
    { Protocol: 'email', Endpoint: 'security@example.com', SubscriptionArn: `${TOPIC}:1` },
    { Protocol: 'email', Endpoint: 'new@example.com', SubscriptionArn: 'PendingConfirmation' },
  ];
  state.messages = 1;
  for (const name of Object.keys(env)) if (/^AWS_(?!SDK_JS_)/.test(name)) delete env[name];
  Object.assign(env, way);
  return { now: NOW, close };
}
