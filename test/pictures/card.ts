import { type Html, html } from '../../cli/html.ts';
import { framed } from './frame.ts';
import type { Material } from './material.ts';

/** The part of a custom notification that chat clients show. */
interface Content {
  readonly title: string;
  readonly description: string;
  readonly nextSteps: readonly string[];
  readonly keywords: readonly string[];
}

/** A card, as a chat client shows it. */
export function cardPage({ card }: Material): string {
  const { title, description, nextSteps, keywords }: Content = JSON.parse(card).content;
  return framed(
    title,
    html`<div class="card">
<h1>${title}</h1>
<div class="description">${marked(description)}</div>
<h2>Next steps</h2>
<ul>${nextSteps.map((step) => html`<li>${marked(step)}</li>`)}</ul>
<div class="keywords">${keywords.map((keyword) => html`<span>${keyword}</span>`)}</div>
</div>`,
  );
}

/** What is read as markup: a code span, a bold text or an address, none of them longer than a line. */
const MARKUP = /`(?<code>[^`\n]+)`|(?<!\w)\*(?<bold>[^*\n]+)\*(?!\w)|(?<link>https:\/\/\S+)/g;

/** Text in the markup of chat clients. Within a code span nothing else is markup. */
function marked(text: string): Html[] {
  const parts: Html[] = [];
  let end = 0;
  for (const { 0: all, index, groups = {} } of text.matchAll(MARKUP)) {
    parts.push(html`${text.slice(end, index)}`, styled(groups));
    end = index + all.length;
  }
  return [...parts, html`${text.slice(end)}`];
}

function styled({ code, bold, link }: Readonly<Record<string, string | undefined>>): Html {
  if (code !== undefined) return html`<code>${code}</code>`;
  return bold === undefined ? html`<span class="link">${link}</span>` : html`<b>${bold}</b>`;
}
