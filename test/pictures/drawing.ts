import { type Html, html } from '../../cli/html.ts';

/** A place in a drawing, in CSS pixels from its top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How round the corners of lines are. */
const RADIUS = 10;

/** Length and half the width of an arrow's head. */
const HEAD = { length: 9, half: 4.5 };

/** A level line from the edge of one box to that of another beside it. @throws Error if it would miss one of them */
export function across(from: Box, to: Box, y: number): readonly Point[] {
  if ([from, to].some((box) => y < box.y || y > box.y + box.height)) throw new Error(`a line at y ${y} misses a box`);
  return from.x < to.x
    ? [
        { x: from.x + from.width, y },
        { x: to.x, y },
      ]
    : [
        { x: from.x, y },
        { x: to.x + to.width, y },
      ];
}

/** A plumb line from the lower edge of one box to the upper one of another. @throws Error if it would miss one of them */
export function down(from: Box, to: Box, x: number): readonly Point[] {
  if ([from, to].some((box) => x < box.x || x > box.x + box.width)) throw new Error(`a line at x ${x} misses a box`);
  return [
    { x, y: from.y + from.height },
    { x, y: to.y },
  ];
}

/** A line out of the upper edge of a box, `height` above it, and back into the same edge. */
export function loop(box: Box, height: number): readonly Point[] {
  const [left, right] = [box.x + box.width * 0.3, box.x + box.width * 0.7];
  const top = box.y - height;
  return [
    { x: left, y: box.y },
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: box.y },
  ];
}

/** A line through these points, with a head where it ends. `name` is a class. */
export function arrow(points: readonly Point[], name = ''): Html {
  const [tip, before] = [points.at(-1), points.at(-2)];
  if (!tip || !before) throw new Error('an arrow has two ends');
  const base = towards(tip, before, HEAD.length);
  const [dx, dy] = [(tip.x - base.x) / HEAD.length, (tip.y - base.y) / HEAD.length];
  const corner = (side: number) => at({ x: base.x - side * HEAD.half * dy, y: base.y + side * HEAD.half * dx });
  return html`<g class="arrow ${name}"><path d="${path([...points.slice(0, -1), base])}"/><polygon points="${at(tip)} ${corner(1)} ${corner(-1)}"/></g>`;
}

/** The area within these corners. `name` is a class. */
export function area(corners: readonly Point[], name: string): Html {
  const [first, last] = [corners[0], corners.at(-1)];
  if (!first || !last) throw new Error('an area has corners');
  const start = { x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 };
  return html`<path class="${name}" d="${path([start, ...corners, start])} Z"/>`;
}

/** Something to read at a place. `name` is a class. */
export function placed({ x, y, width, height }: Box, name: string, content: Html): Html {
  return html`<div class="${name}" style="left:${x}px;top:${y}px;width:${width}px;height:${height}px">${content}</div>`;
}

/** What is drawn, and on top of it what is to be read. */
export function drawing(height: number, drawn: readonly Html[], read: readonly Html[]): Html {
  return html`<div class="drawing" style="height:${height}px"><svg width="100%" height="${height}" aria-hidden="true">${drawn}</svg>
${read}
</div>`;
}

/** The `d` of a path through these points, round at the corners. */
function path(points: readonly Point[]): string {
  const steps = points.map((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before) return `M ${at(point)}`;
    if (!after) return `L ${at(point)}`;
    return `L ${at(towards(point, before, RADIUS))} Q ${at(point)} ${at(towards(point, after, RADIUS))}`;
  });
  return steps.join(' ');
}

/** The point at some distance from another, in the direction of a third. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return { x: from.x + ((to.x - from.x) * distance) / length, y: from.y + ((to.y - from.y) * distance) / length };
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 100) / 100},${Math.round(y * 100) / 100}`;
}
