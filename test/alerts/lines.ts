/** What a mail or a card may say that is meant to be followed: links into the console, each on a line of its own. */
export const CONSOLE_LINK =
  /^https:\/\/([a-z0-9-]+\.)?console\.(aws\.amazon|amazonaws|amazonaws-us-gov)\.(com|cn)\/[\w/#?=%.!~*'()-]+$/;

/** A command that turns a key off or on, whole. */
export const COMMAND =
  /^aws iam update-access-key --user-name='[\w+=,.@-]{1,64}' --access-key-id=AKIA\w+ --status=(Inactive|Active)$/;

/** Control, format and bidirectional characters, lone surrogates, and separators that start a new line somewhere. */
export const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/u;
