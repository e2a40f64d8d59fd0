import { quoted } from './line.ts';

/** The name that cdk gives the stack of its bootstrap, unless told otherwise. */
export const TOOLKIT_STACK = 'CDKToolkit';

/** What cdk must be told to act where this command looked. */
export interface CdkOptions {
  readonly profile?: string | undefined;
  /** Only if it was asked for: what the environment or the profile says, cdk finds as well. */
  readonly region?: string | undefined;
  readonly toolkitStack: string;
  /** Each as `name=value`. */
  readonly settings: readonly string[];
}

/** Commands of cdk, with the same options and settings as this one was given. */
export interface Cdk {
  readonly bootstrap: (account: string, region: string) => string;
  /** With these settings as well. */
  readonly deploy: (...more: readonly string[]) => string;
  /** Also where nothing of the template has changed: repairs what was changed or deleted by hand. */
  readonly repair: string;
  readonly destroy: string;
}

/** The commands to print. */
export function cdkWith({ profile, region, toolkitStack, settings }: CdkOptions): Cdk {
  const place = [...option('profile', profile), ...option('region', region)];
  const toolkit = toolkitStack === TOOLKIT_STACK ? [] : option('toolkit-stack-name', toolkitStack);
  const deploy = (before: readonly string[], more: readonly string[]) => {
    const context = [...settings, ...more].map((setting) => `-c ${quoted(setting)}`);
    const options = [...before, ...place, ...toolkit, ...context];
    return ['npm run deploy', ...(options.length > 0 ? ['--', ...options] : [])].join(' ');
  };
  return {
    bootstrap: (account, region) => ['npx cdk bootstrap', `aws://${account}/${region}`, ...place, ...toolkit].join(' '),
    deploy: (...more) => deploy([], more),
    repair: deploy(['--revert-drift'], []),
    destroy: ['npx cdk destroy', ...place].join(' '),
  };
}

function option(name: string, value: string | undefined): readonly string[] {
  return value ? [`--${name}=${quoted(value)}`] : [];
}
