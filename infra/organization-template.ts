import { rmSync } from 'node:fs';
import { App, BootstraplessSynthesizer, type IReusableStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkJson from '../cdk.json' with { type: 'json' };
import { bundleInline } from './bundling.ts';
import { parseSettings } from './settings.ts';
import { AccessKeyCheck } from './stack.ts';

/** What CloudFormation takes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const MOST_BYTES = { inTemplateBody: 51_200, throughS3: 1_000_000 };
const MOST_BYTES_INLINE = 4 * 1024 * 1024;

/** Settings that a template leaves to parameters, or cannot leave open at all. */
const NOT_IN_TEMPLATE = {
  alertEmails: 'is the parameter AlertEmail of the template',
  alertTopicArn: 'is a parameter of the template',
  alertTopicKeyArn: 'is a parameter of the template',
  schedule: 'is a parameter of the template',
  timeZone: 'cannot be set: the schedule of the template is in UTC',
  slackWorkspaceId: 'cannot be set: subscribe Slack to the one topic that all accounts publish to',
  slackChannelId: 'cannot be set: subscribe Slack to the one topic that all accounts publish to',
};

/**
 * The whole stack as one self-contained template, without assets and for any account: what `npm run template` writes.
 * There is no insight unless asked for: one in the administrator account shows all accounts, and an account in which
 * Security Hub is not enabled yet could not be deployed to.
 * @throws SettingsError when a setting is wrong or is a parameter of the template, and with what the caller found
 * @throws Error when the code or the template is larger than CloudFormation takes
 */
export function organizationTemplate(
  context: Readonly<Record<string, unknown>>,
  found: readonly string[] = [],
  inlineCode = bundleInline(),
): string {
  const settings = parseSettings({ securityHubInsight: 'false', ...context }, [...found, ...notInTemplate(context)]);
  requireAtMost(MOST_BYTES_INLINE, inlineCode, 'the inline code');

  const app = new App({
    analyticsReporting: false,
    context: { ...cdkJson.context, 'aws:cdk:enable-path-metadata': false },
    // The CDK's own types disagree here about optional properties under exactOptionalPropertyTypes.
    defaultStackSynthesizer: new BootstraplessSynthesizer() as IReusableStackSynthesizer,
  });
  const stack = new AccessKeyCheck(app, 'AccessKeyCheck', { settings, inlineCode });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const assembly = app.synth();
  const template = `${JSON.stringify(assembly.getStackArtifact(stack.artifactId).template, shorter)}\n`;
  rmSync(assembly.directory, { recursive: true });
  requireAtMost(MOST_BYTES.throughS3, template, 'the template');
  return template;
}

function notInTemplate(context: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(NOT_IN_TEMPLATE).flatMap(([name, why]) =>
    name in context ? `${name} ${why}: leave it out here (it may be in cdk.json)` : [],
  );
}

/**
 * Some hundred bytes less, and the same: what the CDK joins out of texts and references is one text with the references
 * in it, and what is deleted by default need not be said.
 */
function shorter(key: string, value: unknown): unknown {
  if (/^(Deletion|UpdateReplace)Policy$/.test(key) && value === 'Delete') return undefined;
  const join = argumentOf('Fn::Join', value);
  if (!Array.isArray(join) || join[0] !== '' || !Array.isArray(join[1])) return value;
  const texts = join[1].map(textOf);
  return texts.includes(undefined) ? value : { 'Fn::Sub': texts.join('') };
}

function textOf(part: unknown): string | undefined {
  if (typeof part === 'string') return part.replaceAll('${', '${!');
  const reference = argumentOf('Ref', part);
  return reference === undefined ? undefined : `\${${reference}}`;
}

function argumentOf(name: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function requireAtMost(bytes: number, text: string, what: string): void {
  const size = Buffer.byteLength(text);
  if (size > bytes) throw new Error(`${what} has ${size} bytes, and CloudFormation takes at most ${bytes}`);
}
