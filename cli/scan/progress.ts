import ora from 'ora';
import { count } from '../../lambda/advice/plain.ts';
import type { Output } from '../paint.ts';
import type { Progress } from './account.ts';

/** Progress that can be seen, and has to be ended. */
export interface Spinner extends Progress {
  readonly throttled: () => void;
  readonly stop: () => void;
}

const SILENT: Spinner = { listed() {}, read() {}, waitingForReport() {}, throttled() {}, stop() {} };

/** Shows how far the reading is, where somebody looks at it; otherwise nothing. */
export function progressOn(output: Output, isQuiet: boolean, env: NodeJS.ProcessEnv): Spinner {
  // A terminal may have no width, and the spinner would erase without end the infinitely many lines it thinks it wrote.
  if (isQuiet || output.isTTY !== true || !output.columns) return SILENT;
  // One that only prints cannot be written over.
  if (env.TERM === 'dumb') return SILENT;
  const spinner = ora({ stream: output, text: 'listing users', discardStdin: false, isEnabled: true });
  // ora asks neither NO_COLOR nor the stream, and its types know no spinner without a colour.
  if (output.hasColors?.() !== true) Object.assign(spinner, { color: undefined });
  spinner.start();
  let [total, read, slowed, narrowed] = [0, 0, 0, false];
  const show = () => {
    const users = narrowed
      ? `reading users: ${read} so far, most of ${total} pass by the credential report`
      : `reading users: ${read} of ${total}`;
    const what = total === 0 ? 'listing users' : users;
    spinner.text = slowed > 0 ? `${what} (IAM asked ${count(slowed, 'time')} to slow down)` : what;
  };
  return {
    listed: (users) => {
      total = users;
      show();
    },
    read: () => {
      read += 1;
      show();
    },
    waitingForReport: () => {
      narrowed = true;
      spinner.text = `waiting for the credential report of ${total} users`;
    },
    throttled: () => {
      slowed += 1;
      show();
    },
    stop: () => {
      spinner.stop();
    },
  };
}
