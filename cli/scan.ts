import { writeSync } from 'node:fs';
import { scan } from './scan/command.ts';
import { connect } from './scan/iam-connection.ts';
import { type LastWord, lastWordOnDefect, lastWordOnOutput } from './scan/last-word.ts';

// What the SDK says about Node's version is for those who build with it, not for whoever runs a scan.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { env, stdout, stderr } = process;
for (const stream of [stdout, stderr]) stream.on('error', (error) => breakOff(lastWordOnOutput(error)));
process.on('uncaughtException', (error) => breakOff(lastWordOnDefect(error)));

process.exitCode = await scan(process.argv.slice(2), { env, stdout, stderr, now: () => new Date(), connect });

/** Ends at once, since what broke may be the very stream that is written to. */
function breakOff({ exitCode, text }: LastWord): never {
  try {
    writeSync(stderr.fd, text);
  } catch {
    // Nobody is left to tell.
  }
  process.exit(exitCode);
}
