import { scan } from './scan/command.ts';
import { connect } from './scan/iam-connection.ts';

// What the SDK says about Node's version is for those who build with it, not for whoever runs a scan.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

process.stdout.once('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads has seen enough, as with `| head`.
  if (error.code === 'EPIPE') process.exit(1);
  throw error;
});

const { env, stdout, stderr } = process;
process.exitCode = await scan(process.argv.slice(2), { env, stdout, stderr, now: () => new Date(), connect });
