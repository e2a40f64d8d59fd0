import type { Setting } from '../lambda/config.ts';

/** A setting that can say more of some wrong values than what is allowed. */
export interface ExplainedSetting<T> extends Setting<T> {
  /** What is wrong with this text in particular, if there is more to say than `allowed` does. */
  readonly explain?: (text: string) => string | undefined;
}

const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** Addresses to subscribe, in the order given. */
export const EMAILS: ExplainedSetting<readonly string[]> = {
  fallback: [],
  allowed: 'email addresses separated by commas, each once, like security@example.com,ops@example.com',
  parse: (text) => (wrongAmong(addressesIn(text)) === undefined ? addressesIn(text) : undefined),
  explain: (text) => {
    const wrong = wrongAmong(addressesIn(text));
    return wrong && `${wrong}; give ${EMAILS.allowed}`;
  },
};

/** The id that Slack gives a workspace. */
export const WORKSPACE = matching(/^T[A-Z0-9]{5,20}$/, 'the id of a Slack workspace, like T0123ABCDEF');

/** The id that Slack gives a channel. */
export const CHANNEL = matching(/^[CG][A-Z0-9]{5,20}$/, 'the id (not the name) of a Slack channel, like C0123ABCDEF');

/** The key of an encrypted topic. */
export const KEY = matching(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,128}$/,
  'the ARN of a KMS key (not of an alias), like arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
);

/** The policy that bounds every role. */
export const BOUNDARY = matching(/^[\w+=,.@-]{1,128}$/, 'the name (not the ARN) of a managed policy in the account');

/** Whether to save an insight. */
export const INSIGHT: Setting<boolean> = {
  fallback: true,
  allowed: 'true or false',
  parse: (text) => (text === 'true' || text === 'false' ? text === 'true' : undefined),
};

function addressesIn(text: string): readonly string[] {
  return text.split(',').map((address) => address.trim());
}

function wrongAmong(addresses: readonly string[]): string | undefined {
  const isRepeated = (address: string, index: number) =>
    addresses.slice(0, index).some((before) => before.toLowerCase() === address.toLowerCase());
  if (addresses.includes('')) return 'an address is empty';
  const wrong = addresses.find((address) => !ADDRESS.test(address));
  if (wrong !== undefined) return `${JSON.stringify(wrong)} is no email address`;
  const twice = addresses.find(isRepeated);
  return twice === undefined ? undefined : `${JSON.stringify(twice)} is there twice`;
}

function matching(pattern: RegExp, allowed: string): Setting<string | undefined> {
  return { fallback: undefined, allowed, parse: (text) => (pattern.test(text) ? text : undefined) };
}
