import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { launch, NO_BROWSER, show } from '../cli/report/browser.ts';
import { WIDTH } from './frame.ts';
import { collect } from './material.ts';
import { PAGES } from './pages.ts';
import { withPalette } from './palette.ts';
import { withSource } from './png.ts';

// What the SDK says about Node's version is for those who build with it, not for whoever wants pictures.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));

/** Pixels per CSS pixel: sharp enough, and not too large for a page that many read. */
const SCALE = 1.5;

if (NO_BROWSER) {
  process.stderr.write(`pictures: ${NO_BROWSER}\n`);
  process.exitCode = 2;
} else {
  await main();
}

/** Renders all pictures anew. */
async function main(): Promise<void> {
  const material = await collect();
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launch();
  try {
    for (const [name, page] of Object.entries(PAGES)) {
      const body = page(material);
      const picture = withSource(withPalette(await photograph(browser, body)), body);
      writeFileSync(`${FOLDER}${name}.png`, picture);
      process.stdout.write(`docs/pictures/${name}.png  ${Math.ceil(picture.length / 1000)} KB\n`);
    }
  } finally {
    await browser.close();
  }
}

/** The framed part of a page; what is outside of it stays transparent. */
async function photograph(browser: Browser, body: string): Promise<Buffer> {
  const viewport = { width: WIDTH, height: 1200 };
  const shown = await show(browser, body, { viewport, deviceScaleFactor: SCALE, colorScheme: 'light' });
  const picture = await shown.page.locator('.picture').screenshot({ omitBackground: true, animations: 'disabled' });
  if (shown.problems.length > 0) throw new Error(`the page has problems: ${shown.problems.join('; ')}`);
  if (shown.requests.length > 1) throw new Error(`the page asks for more: ${shown.requests.slice(1).join(', ')}`);
  await shown.page.context().close();
  return picture;
}
