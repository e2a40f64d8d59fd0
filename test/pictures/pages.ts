import { html } from '../../cli/html.ts';
import { architecturePage } from './architecture.ts';
import { cardPage } from './card.ts';
import { findingPage } from './finding.ts';
import { framed } from './frame.ts';
import { lifePage } from './life-of-a-finding.ts';
import { mailPage } from './mail.ts';
import type { Material } from './material.ts';

/** The pages that are photographed, by the name of the picture. */
export const PAGES = {
  mail: mailPage,
  card: cardPage,
  finding: findingPage,
  report: reportPage,
  architecture: architecturePage,
  'life-of-a-finding': lifePage,
} satisfies Readonly<Record<string, (material: Material) => string>>;

/** The first screen of the report: the whole of it, in a window that is not as long. */
function reportPage({ report }: Material): string {
  return framed('The report', html`<div class="screen"><iframe title="The report" srcdoc="${report}"></iframe></div>`);
}
