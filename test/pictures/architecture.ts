import { type Html, html } from '../../cli/html.ts';
import { count } from '../../lambda/advice/plain.ts';
import { type Deployment, deploymentOf, type Part } from './deployment.ts';
import { across, area, arrow, type Box, down, drawing, type Point, placed } from './drawing.ts';
import { framed } from './frame.ts';
import type { Link } from './links.ts';
import type { Material } from './material.ts';
import { ABOUT } from './parts.ts';

const HEIGHT = 560;

/** Where each part stands: what starts and watches on the left, what the check talks to on the right. */
const BOXES = {
  schedule: { x: 36, y: 48, width: 160, height: 94 },
  queue: { x: 36, y: 222, width: 160, height: 88 },
  alarms: { x: 36, y: 392, width: 160, height: 126 },
  function: { x: 344, y: 48, width: 172, height: 262 },
  log: { x: 352, y: 218, width: 156, height: 84 },
  topic: { x: 344, y: 392, width: 172, height: 126 },
  iam: { x: 730, y: 48, width: 136, height: 84 },
  hub: { x: 730, y: 182, width: 136, height: 128 },
  mail: { x: 730, y: 368, width: 136, height: 62 },
  slack: { x: 730, y: 450, width: 136, height: 80 },
} satisfies Readonly<Record<Part, Box>>;

/** Parts that the stack does not create, or not as a whole. */
const NOT_OURS: readonly Part[] = ['iam', 'hub', 'mail', 'slack'];

/** The account, from which mail and Slack are cut out. */
const ACCOUNT: readonly Point[] = [
  { x: 16, y: 16 },
  { x: 884, y: 16 },
  { x: 884, y: 330 },
  { x: 700, y: 330 },
  { x: 700, y: 544 },
  { x: 16, y: 544 },
];

/** The line of each link; one that has none is told within the box. */
const LINES: Readonly<Record<string, readonly Point[]>> = {
  'schedule function': across(BOXES.schedule, BOXES.function, 90),
  'schedule queue': down(BOXES.schedule, BOXES.queue, 116),
  'function queue': across(BOXES.function, BOXES.queue, 268),
  'function iam': across(BOXES.function, BOXES.iam, 90),
  'function hub': across(BOXES.function, BOXES.hub, 246),
  'function log': [],
  'function topic': down(BOXES.function, BOXES.topic, 430),
  'alarms topic': across(BOXES.alarms, BOXES.topic, 455),
  'topic mail': across(BOXES.topic, BOXES.mail, 412),
  'topic slack': across(BOXES.topic, BOXES.slack, 488),
};

/** The architecture: what the stack deploys, and what talks to what. */
export function architecturePage({ template }: Pick<Material, 'template'>): string {
  const title = 'What is deployed, and what it may do';
  const deployment = deploymentOf(template);
  const { links, resources } = deployment;
  const undrawn = Object.keys(LINES).filter((line) => !links.some(({ from, to }) => line === `${from} ${to}`));
  if (undrawn.length > 0) throw new Error(`the picture shows what the template does not allow: ${undrawn.join(', ')}`);
  const drawn = [area(ACCOUNT, 'account'), ...links.map(lineOf)];
  const read = [
    placed({ x: 30, y: 24, width: 200, height: 18 }, 'note', html`Your account`),
    placed({ x: 730, y: 340, width: 140, height: 18 }, 'note', html`Whom it tells`),
    ...boxes(deployment),
    ...links.map(labelOf),
  ];
  return framed(
    title,
    html`<div class="bar"><p>One stack per account, with mail and Slack switched on</p><h1>${title}</h1></div>
${drawing(HEIGHT, drawn, read)}
<p class="more">Framed in blue: what the stack creates, ${count(resources.length, 'resource')} in all: ${listOf(resources.map(({ type }) => type))}.</p>`,
  );
}

function boxes(deployment: Deployment): Html[] {
  const parts = Object.keys(BOXES).filter((name): name is Part => name in BOXES);
  return parts.map((part) =>
    placed(BOXES[part], NOT_OURS.includes(part) ? 'box' : 'box ours', ABOUT[part](deployment)),
  );
}

function lineOf(link: Link): Html {
  const points = pointsOf(link);
  return points.length === 0 ? html`` : arrow(points, nameOf(link));
}

/** The class of what only reads, and of what does more. */
function nameOf({ verb }: Link): string {
  return verb === 'reads' ? 'reads' : 'acts';
}

/** Beside a plumb line, or above and below a level one. */
function labelOf(link: Link): Html {
  const [start, end] = pointsOf(link);
  if (!start || !end) return html``;
  const verb = html`<b class="${nameOf(link)}">${nameOf(link) === 'reads' ? 'only reads' : link.verb}</b>`;
  const what = html`${link.what.map((each) => html`<code>${each}</code>`)}`;
  const [x, width] = [Math.min(start.x, end.x), Math.abs(start.x - end.x)];
  if (width > 0) {
    const above = placed({ x, y: start.y - 21, width, height: 18 }, 'label level', verb);
    return html`${above}${placed({ x, y: start.y + 7, width, height: 14 * link.what.length }, 'label level', what)}`;
  }
  const height = 18 + 14 * link.what.length;
  const y = (start.y + end.y - height) / 2;
  return placed({ x: x + 12, y, width: 180, height }, 'label', html`${verb}${what}`);
}

function pointsOf({ from, to }: Link): readonly Point[] {
  const points = LINES[`${from} ${to}`];
  if (!points) throw new Error(`the picture has no place for a line from ${from} to ${to}`);
  return points;
}

/** `3 × IAM::Role, SNS::Topic`: the types, the most frequent ones first. */
function listOf(types: readonly string[]): string {
  const number = (type: string) => types.filter((each) => each === type).length;
  return [...new Set(types)]
    .toSorted((a, b) => number(b) - number(a))
    .map((type) => `${number(type) > 1 ? `${number(type)} × ` : ''}${type.replace(/^AWS::/, '')}`)
    .join(', ');
}
