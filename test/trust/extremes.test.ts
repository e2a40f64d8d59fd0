import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Bundle, bundle } from '../sandbox/runtime/bundle.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { checkEnormous } from './enormous.ts';
import { TEXTS, UNREADABLE } from './hostile-texts.ts';
import { addFailing, check, SECRET } from './isolated.ts';

const DAY = 24 * 60 * 60 * 1000;

let deployed: Bundle;
let sandbox: Sandbox;
beforeAll(() => {
  deployed = bundle();
});
beforeEach(async () => {
  sandbox = await startSandbox({ pageSize: 100 });
});
afterEach(() => sandbox.close());

describe('a malformed invocation', () => {
  test.each([
    ['a text', '{"detail":'],
    ['a number', 17],
    ['a list', [null, [], {}]],
    ['an object with everything', { __proto__: 1, Records: 'none', 'detail-type': { a: [] }, account: '000000000000' }],
  ])('with %s for an event is a run like any other', async (_what, event) => {
    addFailing(sandbox, 'alice');
    expect(await check(deployed, sandbox, { event })).toMatchObject({
      ok: true,
      result: { users: { listed: 1, failing: 1 } },
    });
  });

  test.each([
    ['no ARN', ''],
    ['the ARN of something else', 'arn:aws:s3:::bucket'],
    ['half an ARN', 'arn:aws:lambda:eu-central-1:1111:function'],
    ['a hostile ARN', `arn:aws:lambda:eu-central-1:\u001b[31m${'x'.repeat(5000)}`],
  ])('with %s in its context is refused before any call, in one readable line', async (_what, functionArn) => {
    const outcome = await check(deployed, sandbox, { functionArn });
    expect(sandbox.calls).toEqual([]);
    expect(outcome).toMatchObject({ ok: false, error: { name: 'ConfigError' } });
    expect(outcome.ok ? '' : outcome.error.message).not.toMatch(UNREADABLE);
    expect(outcome.ok ? '' : outcome.error.message.slice(1000)).toBe('');
  });

  test.each([
    [['1e1', ' 7', '７']],
    [['-0', '07.0', '0x7']],
    [['Infinity', 'NaN', 'true']],
    [['99999', '', `7\n${'9'.repeat(100_000)}`]],
  ])('with %j for numbers of days is refused, naming each setting and what is allowed', async (values) => {
    const names = ['REMINDER_DAYS', 'ROTATION_GRACE_DAYS', 'UNUSED_AFTER_DAYS'];
    const outcome = await check(deployed, sandbox, {
      env: Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])),
    });
    const message = outcome.ok ? '' : outcome.error.message;
    expect(sandbox.calls).toEqual([]);
    for (const name of names) expect(message).toMatch(new RegExp(`${name} is ".*whole number of days`));
    expect(message.length).toBeLessThan(2000);
    expect(message).not.toMatch(UNREADABLE);
    expect(message).not.toContain(SECRET);
  });
});

describe('a very large account', () => {
  test('is recorded to the last user, and its alert says how many it leaves out', async () => {
    const { problems, users } = await checkEnormous(deployed, 120);
    expect({ users, problems }).toEqual({ users: 120, problems: [] });
  });

  test('may have a user with hundreds of active keys, each with a description', async () => {
    const { userId, userName, keys } = sandbox.iam.createUser({
      userName: 'hoarder',
      keys: Array.from({ length: 300 }, (_, i) => ({ createDate: new Date(Date.now() - (400 + i) * DAY) })),
    });
    sandbox.iam.tagUser(userName, Object.fromEntries(keys.map(({ accessKeyId }) => [accessKeyId, TEXTS[1] ?? ''])));
    expect(await check(deployed, sandbox)).toMatchObject({ ok: true });
    const finding = [...sandbox.securityHub.findings.values()].find(({ Id }) => Id?.endsWith(userId));
    expect(finding?.Description).toContain('300 active access keys');
    expect(sandbox.sns.published).toHaveLength(1);
    expect(await check(deployed, sandbox)).toMatchObject({ ok: true });
    expect(sandbox.sns.published).toHaveLength(1);
  });
});
