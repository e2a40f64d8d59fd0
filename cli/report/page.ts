import { createHash } from 'node:crypto';
import { count, plain, plainName } from '../../lambda/advice/plain.ts';
import { Html, html, when } from '../html.ts';
import { CAUSES, coverage, headline, type Scan } from '../scan/account.ts';
import { nextStep } from '../shown-advice.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { legend, scaleOf } from './timeline.ts';
import { anchor, userSection } from './user.ts';

/** The scan as one page for a browser or a printer. It loads nothing, and needs no JavaScript. */
export function report(scan: Scan): string {
  const { account, failing } = scan;
  const title = `Access keys${account === undefined ? '' : ` of account ${account}`}`;
  const scale = scaleOf(scan);
  return `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}: ${headline(scan)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
${masthead(scan)}
<main>
${totals(scan)}
${when(failing.length > 1, () => contents(scan))}
${when(
  failing.length > 0,
  () => html`<section aria-labelledby="users">
<h2 id="users">User by user</h2>
${legend(scale)}
${failing.map((user, n) => userSection(user, n, scan, scale))}
</section>`,
)}
${notRead(scan)}
</main>
${colophon(scan)}
<p id="status" class="hidden" role="status"></p>
<script>${new Html(SCRIPT)}</script>
</body>
</html>`}
`;
}

function masthead(scan: Scan): Html {
  const { account, region, at, onlyUser } = scan;
  const time = at.toISOString();
  return html`<header class="masthead">
<p class="check">AWS-IAM-009 · Multiple active access keys</p>
<h1>${headline(scan)}</h1>
<p class="place">${when(onlyUser, () => html`User ${plainName(onlyUser ?? '')}, `)}${when(account, () => html`account ${account}, `)}${when(region, () => html`Region ${region}, `)}<time datetime="${time}">${time.slice(0, 16).replace('T', ' ')} UTC</time></p>
</header>`;
}

function totals(scan: Scan): Html {
  const { failing, listed, read, unreadable, narrowed, onlyUser } = scan;
  const looked = read + (narrowed?.users ?? 0);
  const retire = failing.reduce((sum, { diagnosis }) => sum + diagnosis.retire.length, 0);
  const total = (number: number, text: string, tone = 'warn') =>
    html`<div class="${number > 0 ? tone : ''}"><dt>${text}</dt><dd>${number}</dd></div>`;
  return html`<section aria-label="Totals">
<dl class="totals">
${total(looked, `of ${count(listed, 'user')} looked at`, '')}
${when(unreadable.length > 0, () => total(unreadable.length, 'could not be read'))}
${total(failing.length, 'with several active keys')}
${total(retire, `key${retire === 1 ? '' : 's'} to turn off`)}
</dl>
${when((narrowed || onlyUser) && coverage(scan), () => html`<p class="coverage">${coverage(scan)}</p>`)}
</section>`;
}

function contents({ failing }: Scan): Html {
  const rows = failing.map(
    (user, n) => html`<tr>
<th scope="row"><a href="#${anchor(n)}">${plainName(user.user.userName)}</a></th>
<td>${CAUSES[user.diagnosis.cause]}</td><td>${nextStep(user)}</td></tr>`,
  );
  return html`<section aria-labelledby="overview">
<h2 id="overview">Overview</h2>
<table class="overview"><thead><tr><th scope="col">User</th><th scope="col">Diagnosis</th><th scope="col">Next step</th></tr></thead>
<tbody>${rows}</tbody></table>
</section>`;
}

function notRead({ unreadable, gaps }: Scan): Html {
  if (unreadable.length + gaps.length === 0) return html``;
  return html`<section aria-labelledby="not-read">
<h2 id="not-read">What could not be read</h2>
${when(unreadable.length > 0, () => html`<p>Nothing is known about ${count(unreadable.length, 'user')}, because the keys could not be read:</p>`)}
<ul class="not-read">
${unreadable.map(({ user, reason }) => html`<li><strong>${plainName(user.userName)}</strong>: ${plain(reason, 300)}</li>`)}
${gaps.map(({ message, userName, accessKeyId, reason }) => html`<li>${when(userName, () => html`<strong>${plainName(userName ?? '')}</strong>${accessKeyId ? ` ${accessKeyId}` : ''}: `)}${message} (${plain(reason, 300)})</li>`)}
</ul>
</section>`;
}

function colophon({ settings: { unusedAfterDays, rotationGraceDays } }: Scan): Html {
  const grace =
    rotationGraceDays > 0
      ? `, a rotation has ${count(rotationGraceDays, 'day')} of grace`
      : ', rotations have no grace';
  return html`<footer>
<p>A key counts as in use if it was used within ${count(unusedAfterDays, 'day')}${grace}. IAM may tell of a use some hours late.</p>
<p>Only IAM users were read, and nothing was changed. The root user was not looked at. Suppressions in Security Hub were not looked at, so suppressed users are listed too. A key set to Inactive can be set to Active again.</p>
</footer>`;
}

/** Nothing may be loaded or run except the style and the script of this page, by their hashes. */
function policy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}
