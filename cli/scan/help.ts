/** What --help says above the options. */
export const DESCRIPTION = `Finds the IAM users of an AWS account that have more than one active access key,
and says why there are several and which one to turn off. Reads only; changes
nothing, and writes nothing but its result.`;

/** What --help says below the options. */
export const AFTER_OPTIONS = `
Options follow --, so that npm does not take them for its own.

Credentials are those of the AWS SDK: environment, profiles (SSO, roles,
processes), containers and instances. Without any Region the standard partition
is scanned; China and GovCloud need theirs. HTTPS_PROXY and NO_PROXY are obeyed.

Permissions: iam:ListUsers, iam:ListAccessKeys, iam:GetAccessKeyLastUsed and
iam:ListUserTags; above 1,000 users also iam:GenerateCredentialReport and
iam:GetCredentialReport, unless --sweep=live. The managed policy SecurityAudit
has them all. --user needs iam:ListUsers too: that is how the user is found.

Findings in Security Hub are not looked at, so users suppressed there are shown.
The output of --format asff can be sent to BatchImportFindings by whoever has
not deployed the check; where it is deployed, leave recording to it.

In --format csv, a cell that a spreadsheet would take for a formula, such as the
name -debug, starts with an apostrophe ('-debug), which is not part of it.

Exit codes:
  0  all users were looked at: none fails, or --fail-on-findings was not given
  1  all users were looked at, some fail, and --fail-on-findings was given
  2  not all users could be looked at (no credentials, no network, denied, ...)
  3  the command line or the profile is wrong
  130  stopped by Ctrl-C
  141  whoever read the output or the messages stopped reading, as with | head

Examples:
  npm run scan -- --sandbox
  npm run scan -- --profile audit --output report.html
  npm run scan -- --quiet --fail-on-findings
  npm run --silent scan -- --format csv > keys.csv
`;
