import { readdirSync, readFileSync, statSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, test } from 'vitest';
import { html } from '../../cli/html.ts';
import { collect, type Material } from './material.ts';
import { PAGES } from './pages.ts';
import { shows } from './png.ts';

const COMMAND = /aws iam update-access-key --user-name='ci-deploy' --access-key-id=AKIA\w{16} --status=Inactive/;
const HOSTILE = `</pre></style><script>window.pwned=1</script><img src=x onerror='pwned=1'>" srcdoc="`;

let material: Material;
beforeAll(async () => {
  material = await collect();
}, 30_000);

test('the pages show what the check really said', () => {
  const { mail, card, finding } = material;
  const command = finding.ProductFields?.['aws-iam-009/deactivate'] ?? '';
  expect(command).toMatch(COMMAND);
  expect(PAGES.mail(material)).toContain(html`<h1>${mail.subject}</h1>`.markup);
  expect(PAGES.mail(material)).toContain(html`${/^aws iam .*$/m.exec(mail.text)?.[0] ?? 'no command'}`.markup);
  expect(PAGES.mail(material)).toContain('… and 5 more users further down');
  expect(PAGES.card(material)).toContain(html`<h1>${JSON.parse(card).content.title}</h1>`.markup);
  expect(PAGES.card(material)).toContain('<b>NEW</b> <code>backup-agent</code>');
  expect(PAGES.card(material)).toContain(html`<code>${/`(aws iam [^`]*)`/.exec(card)?.[1]}</code>`.markup);
  expect(PAGES.finding(material)).toContain(html`<pre>${command}</pre>`.markup);
  expect(PAGES.finding(material)).toContain('<span class="tag">FAILED</span>');
  expect(PAGES.report(material)).toContain(html`srcdoc="${material.report}"`.markup);
});

test('the pages do not depend on how long the run took', () => {
  const stamps = Object.values(PAGES).flatMap((page) => page(material).match(/T06:\d\d:\d\d\.(?!000Z)\d+Z/g) ?? []);
  expect(stamps).toEqual([]);
});

test('the pages escape whatever they show', () => {
  const content = {
    title: HOSTILE,
    description: `*${HOSTILE}* \`${HOSTILE}\` https://${HOSTILE}`,
    nextSteps: [HOSTILE],
    keywords: [HOSTILE],
  };
  const { finding, life, template } = material;
  const hostile: Material = {
    mail: { subject: HOSTILE, text: `${HOSTILE}\n\n\nNEW: ${HOSTILE}\n---\n${HOSTILE}` },
    card: JSON.stringify({ content }),
    finding: {
      ...finding,
      ...{ Title: HOSTILE, Description: HOSTILE },
      Resources: [{ Type: HOSTILE, Id: HOSTILE, Tags: { [HOSTILE]: HOSTILE } }],
      ProductFields: { [HOSTILE]: HOSTILE },
    },
    report: HOSTILE,
    template: Template.fromJSON(
      JSON.parse(JSON.stringify(template.toJSON()).replaceAll(/cron\([^)]*\)|security@example.com/g, inJson(HOSTILE))),
    ),
    life: {
      ...{ open: [HOSTILE], resolved: [HOSTILE] },
      changes: life.changes.map((change) => ({ ...change, when: HOSTILE, alert: HOSTILE })),
      cases: [{ about: HOSTILE, silent: [HOSTILE], isAll: false, isRecorded: true }],
    },
  };
  for (const page of Object.values(PAGES)) {
    expect(page(hostile)).toContain('&lt;script&gt;');
    expect(page(hostile)).not.toMatch(/<script|<img|onerror='|" srcdoc=""/);
  }
});

test.each(['architecture', 'life-of-a-finding'] as const)(
  'the picture of the %s is up to date; otherwise `npm run pictures` renders it anew',
  (name) => {
    const picture = readFileSync(new URL(`../../docs/pictures/${name}.png`, import.meta.url));
    expect(shows(picture, PAGES[name](material))).toBe(true);
    expect(shows(picture, PAGES.report(material))).toBe(false);
  },
);

test('every picture is there, and small enough for a page that many read', () => {
  const folder = new URL('../../docs/pictures/', import.meta.url);
  const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'));
  expect(pictures.toSorted()).toEqual(
    Object.keys(PAGES)
      .map((name) => `${name}.png`)
      .toSorted(),
  );
  expect(pictures.filter((name) => statSync(new URL(name, folder)).size > 250_000)).toEqual([]);
});

/** A text as it stands between the quotation marks of JSON. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
