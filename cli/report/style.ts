/** The style of the report: system fonts, one column, and colours that are never the only sign of anything. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #fff; --ink: #1d2126; --soft: #5a626c; --rule: #dfdcd5; --band: #e4efe9;
  --link: #0a5a8a; --keep: #17694a; --keep-paper: #e6f2ec; --retire: #8f4300; --retire-paper: #fbeedf;
  --open: #4a5361; --open-paper: #eef0f3; --code: #f4f2ee; --bar: #3c4653;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --card: #1c2025; --ink: #e7e5e1; --soft: #a3abb5; --rule: #343a42; --band: #20352d;
    --link: #84c4ee; --keep: #7fd3ac; --keep-paper: #1b3329; --retire: #f2b378; --retire-paper: #3a2a1a;
    --open: #b9c1cc; --open-paper: #292f37; --code: #14171b; --bar: #b4bcc7;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; padding: 3rem 1.5rem 4rem; max-width: 54rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: anywhere;
}
p, ul, dl, h1, h2, h3, h4, pre, dd, table { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre, .timeline .key { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.25rem); line-height: 1.2; font-weight: 600; letter-spacing: -.015em; text-wrap: balance; }
h2 { font-size: 1.3rem; font-weight: 600; margin: 3rem 0 1rem; letter-spacing: -.01em; }
h3 { font-size: 1.2rem; font-weight: 600; line-height: 1.3; }
h4 { font-size: .875rem; font-weight: 600; margin-top: 1rem; }
.check, .place, .coverage, .about, .dates, footer, .legend { color: var(--soft); font-size: .875rem; }
.check { margin-bottom: .5rem; }
.place { margin-top: .75rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1rem 1.5rem; margin: 2rem 0 .75rem; }
.totals div { display: flex; flex-direction: column-reverse; justify-content: flex-end; border-top: 2px solid var(--rule); padding-top: .5rem; }
.totals .warn { border-color: var(--retire); }
.totals dt { color: var(--soft); font-size: .875rem; }
.totals dd { font-size: 2rem; line-height: 1.2; font-variant-numeric: tabular-nums; font-weight: 600; }
.overview { border-collapse: collapse; width: 100%; text-align: left; }
.overview th, .overview td { padding: .45rem 1rem .45rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; font-weight: 400; }
.overview thead th { color: var(--soft); font-size: .875rem; }
.overview tbody th { font-weight: 600; }
.overview td { overflow-wrap: break-word; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin-bottom: 1.25rem; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.legend svg { flex: none; }
article { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 1.5rem; margin-top: 1.5rem; scroll-margin-top: 1rem; }
article:target { border-color: var(--link); }
article header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .25rem 1rem; }
.cause { font-size: .875rem; font-weight: 600; color: var(--soft); }
.about { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: .25rem 0 1rem; }
.about li > span { color: var(--ink); }
.timeline { display: block; margin: 1.25rem 0 1rem; overflow: visible; }
.timeline text { font-size: 12px; fill: var(--soft); }
.timeline .key { fill: var(--ink); }
.timeline .middle { text-anchor: middle; }
.timeline .end { text-anchor: end; }
.recent { fill: var(--band); }
.tick { stroke: var(--rule); }
.today { stroke: var(--soft); }
.created { stroke: var(--bar); stroke-width: 2; }
.used { stroke: var(--bar); stroke-width: 4; }
.unused { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 2 5; }
.unknown { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 8 6; }
.mark { stroke-width: 2.5; }
.mark.in-use { fill: var(--keep); stroke: var(--keep); }
.mark.idle { fill: var(--card); stroke: var(--retire); }
.legend .mark.idle { fill: var(--paper); }
svg text.mark-unknown { fill: var(--ink); font-size: 15px; font-weight: 700; text-anchor: middle; }
.keys { border-top: 1px solid var(--rule); }
.keys li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .7rem 0; border-bottom: 1px solid var(--rule); }
.key-id span { color: var(--soft); font-size: .875rem; }
.dates { grid-column: 1 / -1; }
.verdict { font-size: .875rem; font-weight: 600; justify-self: end; align-self: start; padding: .1rem .6rem; border-radius: 1rem; color: var(--open); background: var(--open-paper); }
.keep .verdict { color: var(--keep); background: var(--keep-paper); }
.retire .verdict { color: var(--retire); background: var(--retire-paper); }
.action { margin-top: 1rem; }
.code { display: flex; align-items: flex-start; gap: .5rem; margin-top: .4rem; padding: .6rem .75rem; background: var(--code); border: 1px solid var(--rule); border-radius: 6px; }
.code pre { flex: 1; min-width: 0; font-size: .8125rem; line-height: 1.5; white-space: pre-wrap; }
.code span { display: inline-block; max-width: 100%; }
.code button { font: inherit; font-size: .8125rem; min-width: 4.5rem; padding: .1rem .5rem; color: var(--link); background: var(--card); border: 1px solid var(--rule); border-radius: 5px; cursor: pointer; }
details { margin-top: 1rem; }
summary { cursor: pointer; font-size: .875rem; font-weight: 600; width: fit-content; }
.not-read li { padding: .35rem 0; border-bottom: 1px solid var(--rule); }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
footer p + p { margin-top: .5rem; }
@media (max-width: 36rem) {
  body { padding: 1.75rem 1rem 3rem; }
  article { padding: 1.1rem; }
  .keys li { grid-template-columns: 1fr; gap: .15rem; }
  .verdict { justify-self: start; margin: .15rem 0; }
  .code { flex-direction: column; }
  .code button { align-self: flex-end; }
  .overview thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .overview tr { display: grid; padding: .5rem 0; border-bottom: 1px solid var(--rule); }
  .overview th, .overview td { padding: 0; border: 0; }
  .overview td { font-size: .875rem; }
}
@media print {
  :root {
    --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --rule: #bbb; --band: #eee; --link: #000;
    --keep: #000; --keep-paper: #fff; --retire: #000; --retire-paper: #fff; --open: #000; --open-paper: #fff;
    --code: #fff; --bar: #222;
  }
  @page { margin: 18mm 16mm; }
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  article { padding: 0; border: 0; border-top: 1px solid #000; border-radius: 0; padding-top: 10pt; }
  .verdict { border: 1px solid #444; }
  .timeline, .keys li, .code, .totals, h2, h3, h4 { break-inside: avoid; }
  h2, h3, h4, article header, .about, .about + p { break-after: avoid; }
  .screen, .code button, details:not([open]) { display: none; }
  a { text-decoration: none; }
}
`;
