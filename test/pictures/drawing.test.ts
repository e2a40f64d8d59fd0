import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, NO_BROWSER, show, violations } from '../cli/report/browser.ts';
import { architecturePage } from './architecture.ts';
import { everythingOn } from './deployment.ts';
import { across, arrow, down, loop } from './drawing.ts';
import { WIDTH } from './frame.ts';
import { lifeOf } from './life.ts';
import { lifePage } from './life-of-a-finding.ts';

const left = { x: 0, y: 0, width: 100, height: 100 };
const right = { x: 200, y: 50, width: 100, height: 100 };
const below = { x: 50, y: 200, width: 100, height: 100 };

describe('a line', () => {
  test('goes from the edge of one box to that of the other', () => {
    expect(across(left, right, 75)).toEqual([
      { x: 100, y: 75 },
      { x: 200, y: 75 },
    ]);
    expect(across(right, left, 75)).toEqual(across(left, right, 75).toReversed());
    expect(down(left, below, 60)).toEqual([
      { x: 60, y: 100 },
      { x: 60, y: 200 },
    ]);
    const edges = [loop(right, 20)[0], loop(right, 20).at(-1)];
    expect(edges.map((edge) => edge?.y)).toEqual([50, 50]);
  });

  test('that would miss a box is not drawn', () => {
    expect(() => across(left, right, 25)).toThrow('misses a box');
    expect(() => down(left, below, 25)).toThrow('misses a box');
    expect(() => arrow([{ x: 0, y: 0 }])).toThrow('two ends');
  });

  test('has its head where it ends, and is round at its corners', () => {
    const corner = [
      { x: 0, y: 50 },
      { x: 0, y: 0 },
      { x: 50, y: 0 },
    ];
    expect(arrow(corner, 'reads').markup).toBe(
      '<g class="arrow reads"><path d="M 0,50 L 0,10 Q 0,0 10,0 L 41,0"/><polygon points="50,0 41,4.5 41,-4.5"/></g>',
    );
  });
});

/** In a page: every text of the drawing by its lines, and whatever is in the way of one. */
const CLASHES = `(() => {
  const drawing = document.querySelector('.drawing');
  const texts = [], found = [];
  const walker = document.createTreeWalker(document.querySelector('.picture'), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    range.selectNodeContents(walker.currentNode);
    if (walker.currentNode.data.trim() === '') continue;
    for (const box of range.getClientRects()) texts.push({ text: walker.currentNode.data.trim(), box });
  }
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
  texts.forEach((one, i) => texts.slice(i + 1).forEach((other) => {
    if (meet(one.box, other.box)) found.push(one.text + ' meets ' + other.text);
  }));
  for (const line of drawing.querySelectorAll('.arrow path')) {
    const points = Array.from({ length: 200 }, (_, i) => line.getPointAtLength(line.getTotalLength() * i / 199));
    const { left, top } = drawing.getBoundingClientRect();
    for (const { text, box } of texts)
      if (points.some(({ x, y }) => x + left > box.left && x + left < box.right && y + top > box.top && y + top < box.bottom))
        found.push('a line crosses ' + text);
  }
  for (const box of drawing.querySelectorAll('div')) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) found.push('too small for ' + box.textContent);
  }
  return { found, texts: texts.length };
})()`;

describe.skipIf(NO_BROWSER)(`in a real browser${NO_BROWSER ? ` (skipped: ${NO_BROWSER})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(() => browser?.close());

  test.each([
    ['architecture', () => architecturePage({ template: everythingOn() })],
    ['life of a finding', () => lifePage({ life: lifeOf() })],
  ])('the %s can be read: no text meets another or a line, or leaves its box', async (_, page) => {
    const shown = await show(browser, page(), { viewport: { width: WIDTH, height: 1200 } });
    expect(await shown.page.evaluate(CLASHES)).toEqual({ found: [], texts: expect.any(Number) });
    expect(await violations(shown.page)).toEqual([]);
    await shown.page.context().close();
  });
});
