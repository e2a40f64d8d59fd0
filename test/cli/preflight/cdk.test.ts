import { expect, test } from 'vitest';
import { cdkWith } from '../../../cli/preflight/cdk.ts';

test('every command of cdk gets the profile, the Region, the toolkit stack and the settings, if it takes them', () => {
  const settings = ['alertEmails=a@b.example', 'schedule=rate(12 hours)'];
  const cdk = cdkWith({ profile: 'my audit', region: 'us-west-2', toolkitStack: 'MyTk', settings });
  const place = "--profile='my audit' --region=us-west-2";
  const context = "-c alertEmails=a@b.example -c 'schedule=rate(12 hours)'";
  expect(cdk.deploy()).toBe(`npm run deploy -- ${place} --toolkit-stack-name=MyTk ${context}`);
  expect(cdk.repair).toBe(`npm run deploy -- --revert-drift ${place} --toolkit-stack-name=MyTk ${context}`);
  expect(cdk.bootstrap('111122223333', 'us-west-2')).toBe(
    `npx cdk bootstrap aws://111122223333/us-west-2 ${place} --toolkit-stack-name=MyTk`,
  );
  expect(cdk.destroy).toBe(`npx cdk destroy ${place}`);
});

test('where nothing was given, the commands of cdk are bare', () => {
  const cdk = cdkWith({ toolkitStack: 'CDKToolkit', settings: [] });
  expect([cdk.deploy(), cdk.repair, cdk.destroy]).toEqual([
    ...['npm run deploy', 'npm run deploy -- --revert-drift', 'npx cdk destroy'],
  ]);
  expect(cdk.deploy('alertEmails=you@example.com')).toBe('npm run deploy -- -c alertEmails=you@example.com');
});
