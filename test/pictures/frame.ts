import { Html, html } from '../../cli/html.ts';

/** How wide the pictures are, in CSS pixels. */
export const WIDTH = 900;

/** A page with nothing on it but one framed picture, the element with the class `picture`. */
export function framed(title: string, content: Html): string {
  return `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body><main class="picture">${content}</main></body>
</html>`}
`;
}

/** Fonts are those of the system, as in the report; outside of the frame nothing is painted. */
const STYLE = `
* { box-sizing: border-box; margin: 0; padding: 0; }
body {
  width: ${WIDTH}px; color: #1d2126; font: 14px/1.5 "DejaVu Sans", system-ui, sans-serif;
  overflow-wrap: anywhere;
}
.picture { border: 1px solid #d5d1c8; border-radius: 12px; background: #fff; overflow: hidden; }
.bar { padding: 14px 28px; background: #f6f4f0; border-bottom: 1px solid #e4e1da; }
.bar p { color: #5a626c; font-size: 12px; }
h1 { font-size: 16px; line-height: 1.4; font-weight: 700; }
pre, code { font-family: "DejaVu Sans Mono", ui-monospace, monospace; }
pre { white-space: pre-wrap; }
.link { color: #0a5a8a; }
.more { padding: 10px 28px; color: #5a626c; font-size: 12px; background: #f6f4f0; border-top: 1px solid #e4e1da; }
.mail pre { padding: 20px 28px; font-size: 13px; line-height: 1.45; }
.card { margin: 20px 28px 24px; padding-left: 18px; border-left: 4px solid #b9c1cc; }
.card h1 { margin-bottom: 8px; }
.card .description { white-space: pre-wrap; font-size: 13px; }
.card code { padding: 0 4px; font-size: 12px; color: #8f3a00; background: #f6f4f0; border: 1px solid #e4e1da; border-radius: 4px;
  -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.card h2 { margin: 16px 0 4px; font-size: 13px; }
.card ul { padding-left: 18px; font-size: 13px; }
.keywords { margin-top: 14px; display: flex; gap: 8px; color: #5a626c; font-size: 12px; }
.keywords span { padding: 1px 8px; border: 1px solid #dfdcd5; border-radius: 10px; }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th, td { padding: 8px 28px 8px 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ece9e3; }
tr:last-child > * { padding-bottom: 18px; border-bottom: 0; }
th { width: 200px; padding-left: 28px; font-weight: 400; color: #5a626c; }
td li { list-style: none; }
td li + li { margin-top: 2px; }
td pre, td code { font-size: 12px; }
.field { padding-left: 28px; color: #5a626c; }
.field pre { margin-top: 2px; color: #1d2126; }
.about { color: #5a626c; }
td .tag { padding: 1px 8px; border-radius: 10px; font-size: 12px; font-weight: 700; color: #8f4300; background: #fbeedf; }
.screen { position: relative; height: 1290px; }
.screen::after { content: ""; position: absolute; inset: auto 0 0; height: 70px; background: linear-gradient(#fbfaf800, #fbfaf8); }
iframe { display: block; width: 100%; height: 100%; border: 0; }
.drawing { position: relative; font-size: 12px; line-height: 17px; }
.drawing svg { display: block; }
.drawing svg ~ div { position: absolute; }
.drawing code { display: block; font-size: 11px; line-height: 14px; white-space: nowrap; }
.drawing h2 { font-size: 13px; line-height: 18px; margin-bottom: 2px; }
.account { fill: #fbfaf8; stroke: #d5d1c8; stroke-width: 1.5; }
.arrow path { fill: none; stroke: #3c4653; stroke-width: 1.75; }
.arrow polygon { fill: #3c4653; }
.arrow.reads path { stroke: #17694a; }
.arrow.reads polygon { fill: #17694a; }
b.reads { color: #17694a; }
.note { color: #5a626c; }
.box { padding: 9px 12px; border: 1.5px solid #b9c1cc; border-radius: 8px; background: #f6f4f0; }
.box.ours { border-color: #0a5a8a; background: #fff; }
.box .inset { margin: 5px -5px 0; padding: 2px 6px; border: 1.5px solid #0a5a8a; border-radius: 5px; background: #fff; }
.box .apart { margin-top: 8px; }
.level { text-align: center; }
.state { display: flex; flex-direction: column; justify-content: center; }
.box.failed { border-color: #8f4300; background: #fbeedf; }
.box.passed { border-color: #17694a; background: #e6f2ec; }
.change { text-align: center; }
.lines .line { display: grid; grid-template-columns: 1fr 1fr; gap: 0 8px; align-items: center; height: 24px; text-align: left; }
.lines .line > div { text-align: right; }
.lines .line > span { justify-self: start; }
.chip, .silent, .kept { display: inline-block; padding: 0 8px; border-radius: 10px; font-size: 11px; line-height: 19px; white-space: nowrap; }
.chip { font-weight: 700; color: #fff; }
.chip.failed { background: #8f4300; }
.chip.passed { background: #17694a; }
.silent { padding: 0; color: #5a626c; }
.kept { margin-right: 6px; line-height: 17px; color: #3c4653; border: 1px solid #b9c1cc; }
.told { border-top: 1px solid #e4e1da; font-size: 12px; }
.told th, .told td { width: auto; padding: 6px 20px 6px 0; }
.told tr > :first-child { width: 290px; padding-left: 36px; color: #1d2126; }
.told tr > :last-child { width: 150px; }
.told .head th { color: #5a626c; background: #f6f4f0; }
.told tr:last-child > * { padding-bottom: 14px; }
`;
