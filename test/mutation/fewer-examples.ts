import fc from 'fast-check';

// A law that notices a mistake does so within the first examples, and is tried for hundreds of mistakes.
fc.configureGlobal({ numRuns: 25 });
