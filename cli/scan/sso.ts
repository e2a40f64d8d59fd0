const REQUIRED = ['sso_account_id', 'sso_region', 'sso_role_name', 'sso_start_url'] as const;

/** What the sentence needs to name: the profile in words, and as an option of `aws`. */
export interface Whose {
  readonly profile: string | undefined;
  readonly whose: string;
  readonly option: string;
}

/**
 * Why SSO gave no credentials, in one sentence; undefined if it is not about SSO. What the configuration lacks goes
 * first: logging in anew would not mend it.
 */
export function ssoProblem(name: string, message: string, { profile, whose, option }: Whose): string | undefined {
  const that = profile === undefined ? 'that the profile names' : `that${whose.replace(/^ of/, '')} names`;
  // The SDK looks into a section that is not there.
  if (/reading 'sso_|sso session '.*' could not be found/i.test(message)) {
    return `the sso-session ${that} does not exist in the AWS config file: run \`aws configure sso${option}\``;
  }
  const [, session] = /sso session .* is missing required property '(\w+)'/i.exec(message) ?? [];
  if (session) return `the sso-session ${that} has no ${session}: run \`aws configure sso${option}\``;
  const [, given] = /invalid SSO credentials.*Got ([^\n]*)/s.exec(message) ?? [];
  if (given !== undefined) {
    return `the SSO configuration${whose} is incomplete, ${missingIn(given.split(', '))}: add it to the AWS config file or run \`aws configure sso${option}\``;
  }
  const isExpired = (/sso/i.test(message) && name.endsWith('ProviderError')) || /'aws sso login'/.test(message);
  return isExpired
    ? `the SSO session${whose} has expired or was never started: run \`aws sso login${option}\` and scan again`
    : undefined;
}

function missingIn(given: readonly string[]): string {
  const missing = REQUIRED.filter((name) => !given.includes(name));
  return missing.length > 0 ? `without ${missing.join(' and ')}` : `one of ${REQUIRED.join(', ')} is empty`;
}
