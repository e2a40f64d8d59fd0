import { defineConfig } from 'vitest/config';

/** The tests that the mistakes in one folder of lambda/ are tried against: those of the same folder. */
export default defineConfig({
  test: {
    include: [`test/${process.env.MUTATED ?? '{check,advice,findings,alerts}'}/**/*.test.ts`],
    setupFiles: ['test/mutation/fewer-examples.ts'],
    testTimeout: 30_000,
    reporters: ['dot'],
  },
});
