import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';

/** Why the tests that need a browser are skipped here; undefined where it runs. */
export const NO_BROWSER = await reasonToSkip();

/** Where pages are opened: nothing answers there but the test, and only for the page itself. */
export const ADDRESS = 'https://report.test/';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Switches that make the browser less strict or less stable than the one at a person's desk. */
const UNWANTED = ['--single-process', '--no-zygote', '--disable-web-security', '--allow-running-insecure-content'];

/** A real headless Chromium. */
export async function launch(): Promise<Browser> {
  const args = chromium.args.filter((arg) => !UNWANTED.includes(arg));
  const executablePath = await chromium.executablePath();
  return playwright.launch({ executablePath, args: [...args, '--disable-background-networking'] });
}

async function reasonToSkip(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the browser is a binary for Linux on x64';
  const { status, stderr, error } = spawnSync(await chromium.executablePath(), ['--version'], { encoding: 'utf8' });
  return status === 0 ? undefined : `the browser does not run here: ${error?.message ?? stderr.trim()}`;
}

/** A page as a browser shows it, and what it did beside being shown. */
export interface Shown {
  readonly page: Page;
  /** The addresses of all requests that left the page, that for itself first. */
  readonly requests: readonly string[];
  /** What went wrong on the page, as the console tells it; blocked scripts and styles among it. */
  readonly problems: readonly string[];
}

/** Opens a page in a context of its own. */
export async function show(browser: Browser, body: string, options: BrowserContextOptions = {}): Promise<Shown> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [requests, problems]: [string[], string[]] = [[], []];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await context.route('**/*', (route) => {
    requests.push(route.request().url());
    return route.request().url() === ADDRESS ? route.fulfill({ body, contentType: 'text/html' }) : route.abort();
  });
  await page.goto(ADDRESS);
  return { page, requests, problems };
}

/** What axe-core finds wrong with a page, by rule and element; empty if nothing. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found: unknown = await page.evaluate(`axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`);
  return Array.isArray(found) ? found.map(String) : [`axe answered ${JSON.stringify(found)}`];
}
