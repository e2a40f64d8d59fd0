import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseSettings, SettingsError, takenByNpm } from './settings.ts';
import { AccessKeyCheck } from './stack.ts';

const app = new App();
try {
  const settings = parseSettings(app.node.getAllContext(), takenByNpm(process.env));
  new AccessKeyCheck(app, 'AccessKeyCheck', { settings });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
