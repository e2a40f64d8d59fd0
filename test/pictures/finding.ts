import type { AwsSecurityFinding, Resource } from '@aws-sdk/client-securityhub';
import { type Html, html } from '../../cli/html.ts';
import { framed } from './frame.ts';
import type { Material } from './material.ts';

/** What the check notes for itself, with times that differ from run to run; and what Security Hub adds to every finding. */
const LEFT_OUT = /^aws\/securityhub\/|\/alerted-/;

/** A finding, as a table of what the console of Security Hub shows. */
export function findingPage({ finding }: Material): string {
  const { Title = '', Remediation, Resources = [], ProductFields = {} } = finding;
  const { Text, Url } = Remediation?.Recommendation ?? {};
  const fields = Object.entries(ProductFields).filter(([name]) => !LEFT_OUT.test(name));
  return framed(
    Title,
    html`<div class="bar"><p>Finding</p><h1>${Title}</h1></div>
<table>
${facts(finding)}
${row('Description', html`${finding.Description}`)}
${row('Resources', list(Resources.map(resource)))}
${row('Remediation', html`${Text} <span class="link">${Url}</span>`)}
${fields.map(([name, value]) => field(name, value))}
</table>`,
  );
}

function facts({ Severity, Workflow, RecordState, Compliance, AwsAccountId, Region }: AwsSecurityFinding): Html[] {
  const requirements = Compliance?.RelatedRequirements ?? [];
  return [
    row('Severity', tag(Severity?.Label)),
    row('Workflow status', html`${Workflow?.Status}`),
    row('Record state', html`${RecordState}`),
    row('Compliance status', tag(Compliance?.Status)),
    row('Related requirements', list(requirements.map((requirement) => html`${requirement}`))),
    row('Account and Region', html`${AwsAccountId}, ${Region}`),
  ];
}

function resource({ Type, Id, Tags = {}, Details }: Resource): Html {
  const about = [
    ...Object.entries(Tags).map(([key, value]) => `${key}: ${value}`),
    ...Object.entries(Details?.Other ?? {}).map(([, value]) => value),
  ];
  return html`${Type} <code>${Id}</code>${about.map((each) => html`<br><span class="about">${each}</span>`)}`;
}

function row(name: string, value: Html): Html {
  return html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`;
}

/** Commands are long, so that they have a line of their own. */
function field(name: string, value: string): Html {
  return html`<tr><td colspan="2" class="field">${name}<pre>${value}</pre></td></tr>`;
}

function list(items: readonly Html[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

function tag(text: string | undefined): Html {
  return html`<span class="tag">${text}</span>`;
}
