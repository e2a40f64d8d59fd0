/** Markup that is safe to stand in a page. Only `html` makes it, and whoever vouches for a text of our own. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
  toString(): string {
    return this.markup;
  }
}

type Value = Html | string | number | undefined | readonly Html[];

/** A template of markup: every value in it is escaped, for text and quoted attributes alike, unless it is markup itself. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(texts.reduce((all, text, i) => all + markupOf(values[i - 1]) + text));
}

/** Markup if a condition holds, otherwise nothing. */
export function when(condition: unknown, markup: () => Html): Html {
  return condition ? markup() : html``;
}

function markupOf(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value instanceof Html ? value.markup : value.map(({ markup }) => markup).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
