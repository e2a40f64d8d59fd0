import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ours, ownConcurrency, plain, setUp, type Workshop } from './contestants.ts';
import { measure } from './measure.ts';
import { PROFILES } from './profiles.ts';

describe('the contestants', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const account = {
    mix: { users: 24, failing: 5, withInactiveKey: 4 },
    profile: { ...PROFILES.unrated, latencyMs: { iam: 0, securityhub: 0 } },
  };
  let workshop: Workshop;
  beforeAll(() => {
    workshop = setUp(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('find the same failing users, tell them once, and lose nobody', async () => {
    const runs = [
      await measure(plain(workshop), account, workshop),
      await measure(ours('live', workshop), account, workshop),
    ];
    for (const { error, calls, throttled, lost, wrong, unreadable, view } of runs) {
      expect({ error, throttled, lost, wrong, unreadable }).toEqual({ throttled: 0, lost: 0, wrong: 0, unreadable: 0 });
      expect(calls).toBeGreaterThan(24 + 5 * 3);
      expect(view.found).toHaveLength(5);
      expect(view.published).toBe(1);
    }
    expect(runs[0]?.view.found.toSorted()).toEqual(runs[1]?.view.found.toSorted());
    expect(runs[0]?.cpuSeconds).toBeGreaterThan(0);
  });

  test('are measured with the number of users read at once that the source has', () => {
    expect(ownConcurrency()).toBeGreaterThan(1);
  });
});
