import { html } from '../../cli/html.ts';
import { framed } from './frame.ts';
import type { Material } from './material.ts';

/** How many users the picture shows. */
const SHOWN = 2;

/** The top of a mail, as a client for plain text shows it. */
export function mailPage({ mail: { subject, text } }: Material): string {
  const [head = '', ...users] = text.split(/\n{3}(?=\S.*\n-+\n)/);
  const left = users.length - SHOWN;
  return framed(
    subject,
    html`<div class="mail">
<div class="bar"><p>Subject</p><h1>${subject}</h1></div>
<pre>${[head, ...users.slice(0, SHOWN)].join('\n\n\n').trimEnd()}</pre>
<p class="more">${left > 0 ? `… and ${left} more user${left === 1 ? '' : 's'} further down` : ''}</p>
</div>`,
  );
}
