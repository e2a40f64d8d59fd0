import { rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { App, BootstraplessSynthesizer, type IReusableStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkJson from '../cdk.json' with { type: 'json' };
import { bundleInline } from './bundling.ts';
import { parseSettings, SettingsError } from './settings.ts';
import { AccessKeyCheck } from './stack.ts';

/** Where `npm run template` writes, unless it is told otherwise. */
const OUTPUT = 'access-key-check.template.json';

/** What CloudFormation takes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_BYTES = { inTemplateBody: 51_200, throughS3: 1_000_000 };
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
 * @throws SettingsError when a setting is wrong or is a parameter of the template
 * @throws Error when the code or the template is larger than CloudFormation takes
 */
export function organizationTemplate(context: Readonly<Record<string, unknown>>, inlineCode = bundleInline()): string {
  const problems = Object.entries(NOT_IN_TEMPLATE).flatMap(([name, why]) => (name in context ? `${name} ${why}` : []));
  const settings = parseSettings({ securityHubInsight: 'false', ...context }, problems);
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
  const template = `${JSON.stringify(assembly.getStackArtifact(stack.artifactId).template)}\n`;
  rmSync(assembly.directory, { recursive: true });
  requireAtMost(MOST_BYTES.throughS3, template, 'the template');
  return template;
}

function requireAtMost(bytes: number, text: string, what: string): void {
  const size = Buffer.byteLength(text);
  if (size > bytes) throw new Error(`${what} has ${size} bytes, and CloudFormation takes at most ${bytes}`);
}

function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      context: { type: 'string', short: 'c', multiple: true, default: [] },
      output: { type: 'string', short: 'o', default: OUTPUT },
    },
  });
  const context = Object.fromEntries(values.context.map((pair) => splitAtFirst('=', pair)));
  const template = organizationTemplate({ ...cdkJson.context, ...context });
  writeFileSync(values.output, template);
  const size = Buffer.byteLength(template);
  const how =
    size > MOST_BYTES.inTemplateBody ? 'too large for --template-body: use S3 or the console' : 'small enough';
  console.info(`wrote ${values.output}: ${size} bytes (${how})`);
}

function splitAtFirst(separator: string, text: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
