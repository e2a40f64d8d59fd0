import type { Stack } from './account.ts';
import { error, type Line, ok, quoted, warning } from './line.ts';
import type { Scene } from './setup.ts';

/** Whether there is a check to look at: a stack that has been created, whatever became of it since. */
export function isDeployed(stack: Stack | undefined): stack is Stack {
  return stack !== undefined && !/^(REVIEW|CREATE_IN|CREATE_FAILED|ROLLBACK|DELETE)/.test(stack.status);
}

/** How the stack itself is. */
export function stackLine(scene: Scene, name: string, stack: Stack | undefined, mustBeDeployed: boolean): Line {
  if (!stack || stack.status === 'REVIEW_IN_PROGRESS') return absent(name, scene, mustBeDeployed);
  const { status } = stack;
  const about = 'Stack';
  const events = scene.aws(
    `cloudformation describe-stack-events --stack-name=${name} --output=text ` +
      `--query="StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]"`,
  );
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status))
    return ok(about, `${name} is deployed in ${scene.identity.region} (${status})`);
  if (status.endsWith('_IN_PROGRESS'))
    return warning(about, `${name} is just being changed (${status})`, { todo: 'run this again when that is over' });
  if (/^(UPDATE|IMPORT)_ROLLBACK_COMPLETE$/.test(status))
    return warning(about, `the last change of ${name} failed and was undone (${status}); what was there before runs`, {
      todo: 'see why, then deploy again',
      command: events,
    });
  if (status === 'ROLLBACK_COMPLETE')
    return error(about, `creating ${name} failed, and nothing of it is there (${status})`, {
      todo: 'see why with the first, correct it, remove what is left with the second, and deploy again with the third',
      command: [events, removal(name, scene), scene.cdk.deploy()].join('\n'),
    });
  return error(about, `${name} is not in order (${status})`, { todo: 'see why, then repair it', command: events });
}

/** cdk knows the stack by its usual name only. */
function removal(name: string, { aws, cdk }: Scene): string {
  return name === 'AccessKeyCheck' ? cdk.destroy : aws(`cloudformation delete-stack --stack-name=${quoted(name)}`);
}

function absent(name: string, { identity, cdk }: Scene, mustBeDeployed: boolean): Line {
  const says = `${name} is not deployed in ${identity.region}`;
  const todo =
    'deploy it when all of the above is in order. If it is deployed, this is another account, Region or --stack-name';
  const remedy = { todo, command: cdk.deploy() };
  return mustBeDeployed ? error('Stack', says, remedy) : ok('Stack', `${says} yet`, remedy);
}
