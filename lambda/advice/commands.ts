import type { AccessKey } from '../check/access-key.ts';

/** The AWS CLI command that sets a key's status. `Inactive` is reversible: `Active` is its undo. Nothing is ever deleted. */
export function updateAccessKey(userName: string, key: AccessKey, status: 'Active' | 'Inactive'): string {
  return `aws iam update-access-key --user-name=${shellQuote(userName)} --access-key-id=${key.id} --status=${status}`;
}

/**
 * Terraform that deactivates an existing key. The key is imported first: a new `aws_iam_access_key` for a user who has
 * two would fail at the limit of two, and could not turn off the old one.
 */
export function terraform(userName: string, { id }: AccessKey): string {
  return `import {
  to = aws_iam_access_key.retire_${id}
  id = "${id}"
}

resource "aws_iam_access_key" "retire_${id}" {
  user   = "${hclEscape(userName)}"
  status = "Inactive"
}`;
}

/** Whether a failure means that Security Hub is not enabled in the Region. */
export function isNotEnabled(reason: string): boolean {
  return reason.startsWith('InvalidAccess');
}

/** The AWS CLI command that enables Security Hub where it is not, without the controls that would cost money. */
export function enableSecurityHub(region: string): string {
  return `aws securityhub enable-security-hub --no-enable-default-standards --region=${region}`;
}

/** One word for a POSIX shell, whatever is in it. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function hclEscape(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(/[$%](?=\{)/g, '$&$&');
}
