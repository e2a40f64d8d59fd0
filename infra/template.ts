import { writeFileSync } from 'node:fs';
import cdkJson from '../cdk.json' with { type: 'json' };
import { MOST_BYTES, organizationTemplate } from './organization-template.ts';
import { SettingsError, takenByNpm } from './settings.ts';
import { HELP, type TemplateArguments, templateArguments, UsageError } from './template-arguments.ts';

try {
  const asked = templateArguments(process.argv.slice(2));
  if (asked === 'help') process.stdout.write(HELP);
  else write(asked);
} catch (error) {
  console.error(problemIn(error));
  process.exitCode = 1;
}

function write({ context, output }: TemplateArguments): void {
  const template = organizationTemplate({ ...cdkJson.context, ...context }, takenByNpm(process.env));
  writeFileSync(output, template);
  const size = Buffer.byteLength(template);
  const how =
    size > MOST_BYTES.inTemplateBody
      ? 'too large for --template-body: upload it to S3 and give --template-url, see docs/organizations.md'
      : 'small enough for --template-body';
  console.info(`wrote ${output}: ${size} bytes (${how})`);
}

/** What to tell about a mistake of whoever runs this. @throws the error, if it is none */
function problemIn(error: unknown): string {
  if (error instanceof UsageError) return `${error.message} (see npm run template -- --help)`;
  const isFile = error instanceof Error && 'syscall' in error;
  if (error instanceof SettingsError || isFile) return error.message;
  throw error;
}
