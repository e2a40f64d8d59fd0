import { descriptionOf, lastUseText, ownerTags, verdict } from '../../lambda/advice/advise.ts';
import { userLink } from '../../lambda/advice/console.ts';
import { dayAndAge, plain, plainName, quotation } from '../../lambda/advice/plain.ts';
import type { UsedKey } from '../../lambda/check/access-key.ts';
import type { FailingUser } from '../../lambda/check/reconcile.ts';
import { type Html, html, when } from '../html.ts';
import { CAUSES, type Scan } from '../scan/account.ts';
import { shownAdvice } from '../shown-advice.ts';
import { type Scale, timeline } from './timeline.ts';

/** The anchor of the n-th failing user: by number, since names are untrusted. */
export function anchor(n: number): string {
  return `user-${n + 1}`;
}

/** Everything about one failing user. */
export function userSection(failing: FailingUser, n: number, { partition, at }: Scan, scale: Scale): Html {
  const { user, keys, tags, diagnosis } = failing;
  const advice = shownAdvice(failing);
  const owners = ownerTags(tags).map(({ key, value }) => html`<li>${key} <span>${quotation(value)}</span></li>`);
  return html`<article id="${anchor(n)}" aria-labelledby="${anchor(n)}-name">
<header>
<h3 id="${anchor(n)}-name">${plainName(user.userName)}</h3>
<p class="cause">${CAUSES[diagnosis.cause]}</p>
</header>
<ul class="about">
${when(user.path !== '/', () => html`<li>path <span>${plain(user.path)}</span></li>`)}
${owners}
${when(!tags, () => html`<li>tags could not be read</li>`)}
<li class="screen"><a href="${userLink(partition, user.userName)}" rel="noreferrer">Open in the console<span class="hidden">: ${plainName(user.userName)}</span></a></li>
</ul>
<p>${advice.diagnosis}</p>
${timeline(failing, scale)}
<ul class="keys">${keys.map((key) => keyItem(key, failing, at))}</ul>
<p class="action"><strong>What to do.</strong> ${advice.action}</p>
${when(
  advice.commands.length > 0,
  () => html`${commands(`${advice.purpose} (reversible)`, advice.commands)}
${commands('Undo', advice.undo)}
<details><summary>Terraform</summary>${code(advice.terraform.join('\n\n'))}</details>`,
)}
</article>`;
}

function keyItem(key: UsedKey, { diagnosis, tags }: FailingUser, at: Date): Html {
  const description = descriptionOf(key, tags);
  return html`<li class="${toneOf(key, diagnosis)}">
<p class="key-id"><code>${key.id}</code>${when(description, () => html` <span>${quotation(description ?? '')}</span>`)}</p>
<p class="verdict">${verdict(key, diagnosis)}</p>
<p class="dates">created ${dayAndAge(key.createDate, at)}, ${lastUseText(key.lastUse, at)}</p>
</li>`;
}

function toneOf(key: UsedKey, { inUse, retire }: FailingUser['diagnosis']): string {
  if (inUse.includes(key)) return 'keep';
  return retire.includes(key) ? 'retire' : 'open';
}

function commands(title: string, lines: readonly string[]): Html {
  return html`<h4>${title}</h4>${lines.map((line) => code(words(line)))}`;
}

/** A command that breaks between its words only; what is copied is the command to the letter. */
function words(command: string): Html {
  return html`${command.split(' ').map((word, i) => html`${i > 0 ? ' ' : ''}<span>${word}</span>`)}`;
}

function code(text: Html | string): Html {
  return html`<div class="code"><pre><code>${text}</code></pre></div>`;
}
