import { type Html, html } from '../../cli/html.ts';
import { LABELS } from '../../lambda/alerts/alert.ts';
import { across, arrow, type Box, drawing, loop, type Point, placed } from './drawing.ts';
import { framed } from './frame.ts';
import type { State } from './history.ts';
import type { Case, Change } from './life.ts';
import type { Material } from './material.ts';

const HEIGHT = 330;

const STATES = {
  none: { x: 36, y: 180, width: 124, height: 84 },
  open: { x: 350, y: 170, width: 150, height: 104 },
  resolved: { x: 716, y: 170, width: 148, height: 104 },
} satisfies Readonly<Record<State, Box>>;

/** What a change is called, its line, and where it is said what leads to it. */
interface Route {
  readonly name: string;
  readonly line: readonly Point[];
  readonly label: Box;
}

/** Each change that a finding can go through. */
const ROUTES: Readonly<Record<string, Route>> = {
  'none open': {
    name: 'opened',
    line: across(STATES.none, STATES.open, 222),
    label: { x: 164, y: 153, width: 178, height: 64 },
  },
  'open open': { name: 'refreshed', line: loop(STATES.open, 52), label: { x: 225, y: 18, width: 400, height: 94 } },
  'open resolved': {
    name: 'resolved',
    line: across(STATES.open, STATES.resolved, 202),
    label: { x: 500, y: 116, width: 208, height: 81 },
  },
  'resolved open': {
    name: 'reopened',
    line: across(STATES.resolved, STATES.open, 242),
    label: { x: 508, y: 249, width: 208, height: 64 },
  },
};

/** The life of a finding: what changes it, what is told of each change, and what keeps that silent. */
export function lifePage({ life: { open, resolved, changes, cases } }: Pick<Material, 'life'>): string {
  const title = 'The life of a finding, and what is told of it';
  for (const { arrow: name } of changes) if (!ROUTES[name]) throw new Error(`the picture has no place for ${name}`);
  const routes = Object.entries(ROUTES).map(([name, route]) => {
    const told = changes.filter(({ arrow: each }) => each === name);
    if (told.length === 0) throw new Error(`the picture shows ${name}, which never happens`);
    return { ...route, told };
  });
  const states = [
    placed(STATES.none, 'box state', html`<h2>No finding</h2><p>at most one active key</p>`),
    placed(STATES.open, 'box state failed', html`<h2>Open</h2>${contents(open)}`),
    placed(STATES.resolved, 'box state passed', html`<h2>Resolved</h2>${contents(resolved)}`),
  ];
  const labels = routes.map(({ name, label, told }) => placed(label, 'label change', changed(name, told)));
  const arrows = routes.map(({ line }) => arrow(line));
  return framed(
    title,
    html`<div class="bar"><p>One finding per user; the labels in colour are the alerts that people get</p><h1>${title}</h1></div>
${drawing(HEIGHT, arrows, [...states, ...labels])}
<table class="told">
<tr class="head"><th scope="col">If …</th><th scope="col">these alerts are not sent</th><th scope="col">and the finding is</th></tr>
${cases.map(caseRow)}
</table>`,
  );
}

function contents(values: readonly string[]): Html {
  return html`${values.map((value) => html`<code>${value}</code>`)}`;
}

/** The name of a change, what leads to it, and with which alert; what leads to the same alert stands together. */
function changed(name: string, told: readonly Change[]): Html {
  const alerts = [...new Set(told.map(({ alert }) => alert))];
  const lines = alerts.map((alert) => {
    const whens = told.filter((each) => each.alert === alert).map(({ when }) => html`<p>${when}</p>`);
    return html`<div class="line"><div>${whens}</div>${chip(alert)}</div>`;
  });
  return html`<b>${name}</b><div class="${alerts.length > 1 ? 'lines' : ''}">${lines}</div>`;
}

function caseRow({ about, silent, isAll, isRecorded }: Case): Html {
  const kept = isAll ? html`all of them` : html`${silent.map((alert) => html`<span class="kept">${alert}</span>`)}`;
  return html`<tr><th scope="row">${about}</th><td>${silent.length === 0 ? html`none` : kept}</td><td>${isRecorded ? 'kept current' : 'left as it is'}</td></tr>`;
}

function chip(alert: string | undefined): Html {
  if (alert === undefined) return html`<span class="silent">no alert</span>`;
  return html`<span class="chip ${alert === LABELS.resolved ? 'passed' : 'failed'}">${alert}</span>`;
}
