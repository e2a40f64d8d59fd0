import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html, when } from '../../../cli/html.ts';
import { ago, NOW } from '../../builders.ts';
import { populate } from '../../demo/account.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { run } from '../scan/world.ts';
import { ADDRESS, launch, NO_BROWSER, show, violations } from './browser.ts';

let browser: Browser;
let sandbox: Sandbox;
let demo: string;

beforeAll(async () => {
  sandbox = await startSandbox({ clock: () => NOW });
  populate(sandbox);
  demo = (await run(['--sandbox', '--format=html'], undefined)).stdout;
  if (!NO_BROWSER) browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await sandbox.close();
});

/** The report on an account with one user, who does all that a name, a path and tags allow. */
async function hostile(): Promise<string> {
  const account = await startSandbox({ clock: () => NOW });
  const script = `</style></script><script>window.pwned = 1</script><img src="https://example.com/x" onerror="window.pwned = 1">`;
  const use = (days: number) => ({ date: ago(days), service: '<b>s3</b>', region: `"'><i>` });
  account.iam.createUser({
    userName: '=,.@-',
    path: `/<script>window.pwned=1</script>"'onload=window.pwned=1/`,
    tags: { AKIAOLDER00000000001: script, Owner: `javascript:window.pwned=1" onclick="window.pwned=1`, team: script },
    keys: [
      { accessKeyId: 'AKIAOLDER00000000001', createDate: ago(300), lastUsed: use(90) },
      { accessKeyId: 'AKIANEWER00000000002', createDate: ago(100), lastUsed: use(1) },
    ],
  });
  const { stdout } = await run(['--format=html'], account);
  await account.close();
  return stdout;
}

describe('markup', () => {
  test('escapes every value, and leaves markup of its own as it is', () => {
    const text = `<b a="1" b='2'>&amp;`;
    expect(html`<p title="${text}">${[html`<i>${1}</i>`]}${undefined}${when(false, () => html`x`)}</p>`.markup).toBe(
      '<p title="&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;"><i>1</i></p>',
    );
  });

  test('of a report loads nothing and names no other place than the console', () => {
    expect(demo).not.toMatch(/\s(src|srcset|style|on\w+)=|@import|url\(/i);
    const links = [...demo.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href);
    expect(links.filter((href) => !/^(#user-\d+$|https:\/\/console\.aws\.amazon\.com\/)/.test(href))).toEqual([]);
  });
});

test('the report says what was not looked at, and what follows from that', () => {
  expect(demo).toContain(
    'The root user was not looked at. Suppressions in Security Hub were not looked at, so suppressed users are listed too.',
  );
});

describe.skipIf(NO_BROWSER)(`the report in a real browser${NO_BROWSER ? ` (skipped: ${NO_BROWSER})` : ''}`, () => {
  test.each(['light', 'dark'] as const)('has no accessibility violation in %s', async (colorScheme) => {
    const { page, requests, problems } = await show(browser, demo, { colorScheme });
    expect(await violations(page)).toEqual([]);
    expect({ requests, problems }).toEqual({ requests: [ADDRESS], problems: [] });
  });

  test('has none either where nobody fails, and where somebody could not be read', async () => {
    const empty = await startSandbox();
    const clean = (await run(['--format=html'], empty)).stdout;
    await empty.close();
    const { page } = await show(browser, clean);
    expect(await violations(page)).toEqual([]);
    expect(await page.locator('article').count()).toBe(0);

    const fault = { operation: 'ListAccessKeys', when: () => true, kind: 'error500', times: 1 } as const;
    sandbox.faults.push({ ...fault });
    const partial = await show(browser, (await run(['--format=html'], sandbox)).stdout);
    expect(await violations(partial.page)).toEqual([]);
    expect(await partial.page.locator('#not-read + p').textContent()).toContain('Nothing is known about 1 user');
    expect(await partial.page.locator('.totals').textContent()).toMatch(
      /of 13 users looked at\s*12\s*could not be read\s*1\s/,
    );
  });

  test('works without JavaScript: everything can be read and opened, and no button promises anything', async () => {
    const { page } = await show(browser, demo, { javaScriptEnabled: false });
    const user = page.getByRole('article', { name: 'ci-deploy' });
    expect(await user.getByText('--status=Inactive').first().isVisible()).toBe(true);
    expect(await page.getByRole('button').count()).toBe(0);
    await user.locator('summary').click();
    expect(await user.getByText('resource "aws_iam_access_key"').isVisible()).toBe(true);
  });

  test('copies a command to the letter where the browser allows it', async () => {
    const { page } = await show(browser, demo, { permissions: ['clipboard-read', 'clipboard-write'] });
    const button = page.getByRole('article', { name: 'ci-deploy' }).getByRole('button').first();
    await button.click();
    await page.getByRole('status').getByText('Copied').waitFor({ state: 'attached' });
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
      /^aws iam update-access-key --user-name='ci-deploy' --access-key-id=AKIA\w{16} --status=Inactive$/,
    );
  });

  test('shows what is in use inside the band of the last days, and what is idle outside of it', async () => {
    const { page } = await show(browser, demo);
    const picture = page.getByRole('article', { name: 'ci-deploy' }).getByRole('img');
    const left = async (mark: string) => (await picture.locator(mark).boundingBox())?.x ?? Number.NaN;
    expect(await left('.mark.idle')).toBeLessThan(await left('.recent'));
    expect(await left('.mark.in-use')).toBeGreaterThan(await left('.recent'));
    expect(await picture.getAttribute('aria-label')).toMatch(
      /^Timeline of 2 active keys, oldest first: AKIA\w{16}, created 2025-06-08 \(512 days ago\), last used 2026-08-13/,
    );
  });

  test.each([390, 320])('fits a phone of %i pixels', async (width) => {
    const { page } = await show(browser, demo, { viewport: { width, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test.each([400, 579, 1200, 4000])(
    'labels of the timeline do not meet with an oldest key of %i days',
    async (days) => {
      const account = await startSandbox({ clock: () => NOW });
      account.iam.createUser({ userName: 'alice', keys: [{ createDate: ago(days) }, { createDate: ago(20) }] });
      const page = (await run(['--format=html'], account)).stdout;
      await account.close();
      const shown = await show(browser, page, { viewport: { width: 320, height: 800 } });
      const boxes = await Promise.all(
        (await shown.page.locator('.timeline .label').all()).map((each) => each.boundingBox()),
      );
      const spans = boxes.flatMap((box) => (box ? [{ from: box.x, to: box.x + box.width }] : []));
      const inOrder = spans.toSorted((a, b) => a.from - b.from);
      expect(inOrder.length).toBeGreaterThan(1);
      expect(inOrder.filter(({ to }, i) => to > (inOrder[i + 1]?.from ?? Number.POSITIVE_INFINITY))).toEqual([]);
    },
  );

  test('a long name breaks the name, and no word of its diagnosis', async () => {
    const account = await startSandbox({ clock: () => NOW });
    const lastUsed = { date: ago(1), service: 's3', region: 'eu-west-1' };
    const keys = [{ createDate: ago(300), lastUsed }, { createDate: ago(100) }];
    for (const userName of ['W'.repeat(64), 'alice']) account.iam.createUser({ userName, keys });
    const page = (await run(['--format=html'], account)).stdout;
    await account.close();
    const shown = await show(browser, page, { viewport: { width: 700, height: 800 } });
    const cell = shown.page.locator('.overview td').first();
    const text = (await cell.textContent()) ?? '';
    const longest = text.split(' ').toSorted((a, b) => b.length - a.length)[0] ?? '';
    const lines = await shown.page.evaluate(`(() => {
      const range = document.createRange();
      const node = document.querySelector('.overview td').firstChild;
      const at = node.data.indexOf(${JSON.stringify(longest)});
      range.setStart(node, at);
      range.setEnd(node, at + ${longest.length});
      return range.getClientRects().length;
    })()`);
    expect(lines).toBe(1);
    expect(await shown.page.evaluate('document.documentElement.scrollWidth')).toBe(700);
  });

  test('prints commands and undo on white, without buttons, links or what is folded', async () => {
    const { page } = await show(browser, demo, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    const user = page.getByRole('article', { name: 'ci-deploy' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await user.getByText('--status=Active').first().isVisible()).toBe(true);
    for (const part of ['button', 'summary', '.screen'])
      expect(await user.locator(part).first().isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('is not changed by hostile names, paths, tags and services', async () => {
    const { page, requests, problems } = await show(browser, await hostile());
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img, b, i, style:not(head style)').count()).toBe(0);
    expect({ requests, problems }).toEqual({ requests: [ADDRESS], problems: [] });
    expect(await page.locator('.key-id').first().textContent()).toContain('script');
  });

  test('would not run what somebody managed to inject', async () => {
    const { page, requests, problems } = await show(browser, demo);
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="https://example.com/" onerror="window.pwned = 1">');
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);`);
    await expect.poll(() => problems.filter((each) => each.includes('Content Security Policy'))).toHaveLength(2);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(requests).toEqual([ADDRESS]);
  });
});
