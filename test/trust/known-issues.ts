/** Something that is known to be wrong with the function: reported, but no reason to fail until it is put right. */
export interface KnownIssue {
  readonly what: string;
  /** The cases that it explains, by their ids. */
  readonly explains: RegExp;
}

export const KNOWN_ISSUES: readonly KnownIssue[] = [];

/** The known issue behind a case, if there is one. */
export function knownIssueOf(caseId: string): KnownIssue | undefined {
  return KNOWN_ISSUES.find(({ explains }) => explains.test(caseId));
}
