import { rmSync } from 'node:fs';
import { App, type Environment } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { parseSettings } from '../../infra/settings.ts';
import { AccessKeyCheck } from '../../infra/stack.ts';

/** Without bundling the code, and without printing the warnings that tests ask for themselves. */
const QUIETLY = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:annotationsInValidationReport': false };

/** What every stack of the tests is deployed with, unless it is the point to do without. */
export const SUBSCRIBED = { alertEmails: 'security@example.com' };

interface Options {
  readonly env?: Environment;
  /** Whether to hold the template against the rules of CloudFormation, which takes two seconds the first time. */
  readonly validated?: boolean;
}

/** One stack as `cdk synth` makes it from these settings, but for the bundled code. @throws if a rule finds an error */
export function synthesize(
  context: Readonly<Record<string, unknown>> = SUBSCRIBED,
  { env = {}, validated = false }: Options = {},
) {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: validated,
    context: { ...cdkJson.context, ...context, ...QUIETLY },
  });
  const stack = new AccessKeyCheck(app, 'AccessKeyCheck', { settings: parseSettings(context), env });
  const template = Template.fromStack(stack);
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  rmSync(app.outdir, { recursive: true });
  return { stack, template, warnings: warnings.map(({ entry }) => String(entry.data)) };
}

/** The only resource of a type, and the logical id it has. */
export function only(template: Template, type: string): { id: string; properties: Record<string, unknown> } {
  const [found, ...more] = Object.entries(template.findResources(type));
  if (!found || more.length > 0) throw new Error(`there are ${found ? more.length + 1 : 0} resources of type ${type}`);
  return { id: found[0], properties: found[1].Properties };
}
