import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseSettings, SettingsError } from './settings.ts';
import { AccessKeyCheck } from './stack.ts';

const app = new App();
try {
  new AccessKeyCheck(app, 'AccessKeyCheck', { settings: parseSettings(app.node.getAllContext()) });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
