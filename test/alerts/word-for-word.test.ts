import { expect, test } from 'vitest';
import type { Alert } from '../../lambda/alerts/alert.ts';
import { card } from '../../lambda/alerts/card.ts';
import { mail } from '../../lambda/alerts/mail.ts';
import {
  ago,
  alertOf,
  failingUser,
  failureItem,
  iamUser,
  newer,
  older,
  resolvedItem,
  storedFinding,
  told,
  usedKey,
} from '../builders.ts';

/** One user who is new, one with many keys and tags who is told again, one who is resolved, and one told before. */
function alert(): Alert {
  const keys = [
    usedKey({ id: 'AKIA1', createDate: ago(400) }),
    usedKey({ id: 'AKIA2', createDate: ago(350) }),
    older,
    newer,
  ];
  const tags = [
    { key: 'owner', value: 'team-a@example.com' },
    { key: 'team', value: 'a' },
    { key: 'project', value: 'x' },
    { key: older.id, value: 'build server' },
  ];
  const bob = failingUser({ user: iamUser({ userName: 'bob', userId: 'AIDABOB', path: '/team/' }), keys, tags });
  const stored = storedFinding({ firstObservedAt: '2026-11-01T06:00:00.000Z' });
  const reminder = failureItem({ failing: bob, news: 'still-open', stored, told: told({ at: ago(7) }) });
  return alertOf([failureItem(), reminder, resolvedItem()], { failing: 3, listed: 9 });
}

test('a mail, word for word', () => {
  expect(mail(alert(), 3)).toBe(`Multiple active access keys (AWS-IAM-009): 1 new, 1 still open, 1 resolved
Account 111122223333, Region eu-central-1, checked 2026-11-23 06:00 UTC

3 users fail now, 1 of them not listed here (told before, suppressed or in a
rotation); 9 of 9 users were read.


NEW: alice (rotation-not-finished)
----------------------------------
Probably a rotation that was never finished: the workload uses the newest
key, and what it replaced is idle but still works.

2 active keys, oldest first:
  AKIAOLDER00000000001
    created 2026-01-27 (300 days ago); last used 2026-08-25 (90 days ago) by
    s3 in eu-central-1
    -> idle: turn it off
  AKIANEWER00000000002
    created 2026-08-15 (100 days ago); last used 2026-11-22 (yesterday) by
    s3 in eu-central-1
    -> in use: do not turn it off

What to do: Turn off AKIAOLDER00000000001. Keep AKIANEWER00000000002, which
is in use.

Turn off (reversible):
aws iam update-access-key --user-name='alice' --access-key-id=AKIAOLDER00000000001 --status=Inactive

Undo:
aws iam update-access-key --user-name='alice' --access-key-id=AKIAOLDER00000000001 --status=Active

In the console:
https://console.aws.amazon.com/iam/home#/users/details/alice?section=security_credentials


STILL OPEN: bob (rotation-not-finished)
---------------------------------------
Failing since 2026-11-01; last told on 2026-11-16.

Path: /team/
Tags: owner "team-a@example.com", team "a", project "x"

Probably a rotation that was never finished: the workload uses the newest
key, and what it replaced is idle but still works.

4 active keys, oldest first:
  AKIA1
    created 2025-10-19 (400 days ago); never used
    -> idle: turn it off
  AKIA2
    created 2025-12-08 (350 days ago); never used
    -> idle: turn it off
  AKIAOLDER00000000001 "build server"
    created 2026-01-27 (300 days ago); last used 2026-08-25 (90 days ago) by
    s3 in eu-central-1
    -> idle: turn it off
  AKIANEWER00000000002
    created 2026-08-15 (100 days ago); last used 2026-11-22 (yesterday) by
    s3 in eu-central-1
    -> in use: do not turn it off

What to do: Turn off AKIA1, AKIA2, AKIAOLDER00000000001. Keep
AKIANEWER00000000002, which is in use.

Turn off (reversible):
aws iam update-access-key --user-name='bob' --access-key-id=AKIA1 --status=Inactive
aws iam update-access-key --user-name='bob' --access-key-id=AKIA2 --status=Inactive
aws iam update-access-key --user-name='bob' --access-key-id=AKIAOLDER00000000001 --status=Inactive

Undo:
aws iam update-access-key --user-name='bob' --access-key-id=AKIA1 --status=Active
aws iam update-access-key --user-name='bob' --access-key-id=AKIA2 --status=Active
aws iam update-access-key --user-name='bob' --access-key-id=AKIAOLDER00000000001 --status=Active

In the console:
https://console.aws.amazon.com/iam/home#/users/details/bob?section=security_credentials


RESOLVED: alice
---------------
User alice has at most one active access key left: a key was deactivated or
deleted.

In the console:
https://console.aws.amazon.com/iam/home#/users/details/alice?section=security_credentials


What happens next: the check runs again on its schedule. You are told when a
user's active keys change, again every 7 days while a finding stays open,
and once when it is resolved. To silence one user, set its finding in
Security Hub to SUPPRESSED; NOTIFIED stops only the reminders.

All findings in Security Hub:
https://eu-central-1.console.aws.amazon.com/securityhub/home?region=eu-central-1#/findings?search=GeneratorId%3D%255Coperator%255C%253AEQUALS%255C%253Aaws-iam-009
`);
});

test('a mail while Security Hub is not enabled, word for word', () => {
  const keys = [usedKey({ ...older, lastUse: newer.lastUse }), newer];
  const failing = failureItem({ failing: failingUser({ keys }), news: 'failing' });
  expect(
    mail(alertOf([failing], { unrecorded: 'InvalidAccessException: not subscribed' }), 1),
  ).toBe(`Multiple active access keys (AWS-IAM-009): nothing recorded, 1 user failing
Account 111122223333, Region eu-central-1, checked 2026-11-23 06:00 UTC

NOTHING WAS RECORDED: the findings in Security Hub could not be read.
InvalidAccessException: not subscribed
So this lists every user that fails, also those you have suppressed, because
suppressions could not be read. It will be sent again at every run until
Security Hub can be read.

Security Hub is not enabled in this Region. Enable it:
aws securityhub enable-security-hub --no-enable-default-standards --region=eu-central-1

1 user fails now; 1 of 1 user was read.


FAILING: alice (shared-by-workloads)
------------------------------------
Probably several workloads share this user: 2 of its keys are in use
(AKIAOLDER00000000001 by s3 in eu-central-1, AKIANEWER00000000002 by s3 in
eu-central-1).

2 active keys, oldest first:
  AKIAOLDER00000000001
    created 2026-01-27 (300 days ago); last used 2026-11-22 (yesterday) by
    s3 in eu-central-1
    -> in use: do not turn it off
  AKIANEWER00000000002
    created 2026-08-15 (100 days ago); last used 2026-11-22 (yesterday) by
    s3 in eu-central-1
    -> in use: do not turn it off

What to do: No key in use is safe to turn off. Give each workload a role or
a user of its own first, then retire its key here. A rotation within the
last 14 days looks the same: then wait until the older key is idle.

In the console:
https://console.aws.amazon.com/iam/home#/users/details/alice?section=security_credentials


All findings in Security Hub:
https://eu-central-1.console.aws.amazon.com/securityhub/home?region=eu-central-1#/findings?search=GeneratorId%3D%255Coperator%255C%253AEQUALS%255C%253Aaws-iam-009
`);
});

test('a card, word for word', () => {
  const { content } = JSON.parse(card(alert()));
  expect(
    content.description,
  ).toBe(`3 users fail now, 1 of them not listed here (told before, suppressed or in a rotation); 9 of 9 users were read.

*NEW* \`alice\` (rotation-not-finished)
Probably a rotation that was never finished: the workload uses the newest key, and what it replaced is idle but still works.
• \`AKIAOLDER00000000001\` created 2026-01-27 (300 days ago), last used 2026-08-25 (90 days ago) by s3 in eu-central-1. *idle: turn it off*
• \`AKIANEWER00000000002\` created 2026-08-15 (100 days ago), last used 2026-11-22 (yesterday) by s3 in eu-central-1. *in use: do not turn it off*
Turn off AKIAOLDER00000000001. Keep AKIANEWER00000000002, which is in use.
Turn off: \`aws iam update-access-key --user-name='alice' --access-key-id=AKIAOLDER00000000001 --status=Inactive\`
Undo: \`aws iam update-access-key --user-name='alice' --access-key-id=AKIAOLDER00000000001 --status=Active\`
https://console.aws.amazon.com/iam/home#/users/details/alice?section=security_credentials

*STILL OPEN* \`bob\` (rotation-not-finished) \`owner: team-a@example.com\` \`team: a\`
Probably a rotation that was never finished: the workload uses the newest key, and what it replaced is idle but still works.
• \`AKIA1\` created 2025-10-19 (400 days ago), never used. *idle: turn it off*
• \`AKIA2\` created 2025-12-08 (350 days ago), never used. *idle: turn it off*
• \`AKIAOLDER00000000001\` \`build server\` created 2026-01-27 (300 days ago), last used 2026-08-25 (90 days ago) by s3 in eu-central-1. *idle: turn it off*
• \`AKIANEWER00000000002\` created 2026-08-15 (100 days ago), last used 2026-11-22 (yesterday) by s3 in eu-central-1. *in use: do not turn it off*
Turn off AKIA1, AKIA2, AKIAOLDER00000000001. Keep AKIANEWER00000000002, which is in use.
Turn off: \`aws iam update-access-key --user-name='bob' --access-key-id=AKIA1 --status=Inactive\`
Undo: \`aws iam update-access-key --user-name='bob' --access-key-id=AKIA1 --status=Active\`
and 2 more, see Security Hub
https://console.aws.amazon.com/iam/home#/users/details/bob?section=security_credentials

*RESOLVED* \`alice\`: key deactivated or deleted
https://console.aws.amazon.com/iam/home#/users/details/alice?section=security_credentials`);
  expect(content.nextSteps).toEqual([
    "What happens next: the check runs again on its schedule. You are told when a user's active keys change, again every 7 days while a finding stays open, and once when it is resolved. To silence one user, set its finding in Security Hub to SUPPRESSED; NOTIFIED stops only the reminders.",
    'All findings: https://eu-central-1.console.aws.amazon.com/securityhub/home?region=eu-central-1#/findings?search=GeneratorId%3D%255Coperator%255C%253AEQUALS%255C%253Aaws-iam-009',
  ]);
});
