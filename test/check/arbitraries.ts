import fc from 'fast-check';
import {
  type AccessKey,
  DAY,
  type IamUser,
  type LastUse,
  type Tag,
  type UsedKey,
} from '../../lambda/check/access-key.ts';
import { type DiagnosisSettings, diagnose } from '../../lambda/check/diagnose.ts';
import { evaluate } from '../../lambda/check/evaluate.ts';
import type { FailingUser, Inspection } from '../../lambda/check/reconcile.ts';
import { ACCOUNT, NOW } from '../builders.ts';

const LEGAL = 'ABCXYZabcxyz0189_+=,.@-';

/** Names that IAM allows and that are trouble somewhere else. */
const HOSTILE_NAMES = [
  ...['-rf', '--user-name=root', '-', '--', '=', '.', '..', '@channel', '@here', '@everyone', 'alice@example.com'],
  ...['www.evil.com', 'evil.com', '_bold_', 'a,b,c', '+1', '0', '__proto__', 'constructor', 'null', 'false', '1e3'],
  ...['x'.repeat(64), '@'.repeat(64), '='.repeat(64), '-'.repeat(64), '.'.repeat(64), 'AKIAOLDER00000000001'],
];

/** Any name that IAM allows: letters, digits and `_+=,.@-`, up to 64 of them. */
export const userNames: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: fc.constantFrom(...LEGAL), minLength: 1, maxLength: 64, size: 'max' }) },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
);

const pathCharacter = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));

/** Any path that IAM allows, up to 512 characters. */
export const paths: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('/', '/team/', '/http://evil.com/', '/`id`/$(id)/', `/${'x'.repeat(510)}/`),
  fc.string({ unit: pathCharacter, minLength: 1, maxLength: 510, size: 'max' }).map((text) => `/${text}/`),
);

/** Texts that try to break out of wherever they are put. */
export const HOSTILE_TEXTS = [
  'line\nbreak\r\nand\u2028more\u2029\u0085\u000b\fFAKE: heading',
  'right\u202eto left\u202c \u2066isolated\u2069 \u200bzero\ufeff width\u00ad',
  'https://evil.com/?a=b http://evil.com <https://evil.com|click> [click](https://evil.com) www.evil.com',
  '<!channel> <!here> <@U123> @channel @here @EVERYONE',
  '`code` *bold* ~struck~ | > quote ``` fence',
  '\u0000\u0007\u001b[31mred\u001b[0m\u007f',
  `'; rm -rf / # "$(id)" \${var} %{if true}`,
  '\ud800 lone \udc00 surrogates',
  '🔑'.repeat(60),
  'x'.repeat(256),
  'evil.com/login mailto:someone@evil.com ftp://evil.com evil。com',
  '   ',
  '',
];

/** Any text at all, as tags, services and messages may hold. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: 'binary', maxLength: 256, size: 'max' }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

const tagKeys = fc.oneof(
  fc.constantFrom('Owner', 'team', 'e-mail', 'created_by', '__proto__', 'owner\nowner'),
  texts.map((text) => `owner ${text}`.slice(0, 128)),
  texts.map((text) => text.slice(0, 128)),
);

export interface KeyIds {
  readonly minLength: number;
  readonly maxLength: number;
}

/** As keys are made today: twenty characters. */
export const USUAL_IDS: KeyIds = { minLength: 16, maxLength: 16 };
/** As IAM's model allows: up to 128 characters. */
export const ALL_IDS: KeyIds = { minLength: 12, maxLength: 124 };

const WHEN = fc.integer({ min: -2, max: 5000 });

/** A time within some years before now or, as clocks disagree, shortly after. */
const times: fc.Arbitrary<Date> = fc
  .tuple(WHEN, fc.constantFrom(0, 1, 1000, DAY / 2))
  .map(([days, ms]) => new Date(NOW.getTime() - days * DAY - ms));

const lastUses: fc.Arbitrary<LastUse> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<LastUse>({ kind: 'never' }) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.integer({ min: -1, max: 30 }), texts, fc.option(texts, { nil: undefined }))
      .map(([days, service, region]): LastUse => {
        return { kind: 'used', at: new Date(NOW.getTime() - days * DAY), service, region };
      }),
  },
  { weight: 1, arbitrary: texts.map((reason): LastUse => ({ kind: 'unknown', reason })) },
);

/** One user with its keys, in any order and of any status, as IAM may give them. */
export interface Account {
  readonly user: IamUser;
  readonly keys: readonly AccessKey[];
  readonly uses: ReadonlyMap<string, LastUse>;
  readonly tags: readonly Tag[] | undefined;
}

export interface AccountLimits {
  readonly minKeys?: number;
  readonly maxKeys?: number;
  readonly ids?: KeyIds;
  readonly statuses?: readonly string[];
}

/** Any user: with few keys as a rule, of which few are older than others. */
export function accounts({
  minKeys = 0,
  maxKeys = 6,
  ids = USUAL_IDS,
  statuses = ['Active', 'Active', 'Active', 'Inactive', 'Expired'],
}: AccountLimits = {}): fc.Arbitrary<Account> {
  const idEndings = fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), ...ids, size: 'max' });
  const keys = fc.uniqueArray(
    fc.record({
      id: idEndings.map((ending) => `AKIA${ending}`),
      status: fc.constantFrom(...statuses),
      createDate: times,
      lastUse: lastUses,
    }),
    { selector: ({ id }) => id, minLength: minKeys, maxLength: maxKeys, size: 'max' },
  );
  const tags = fc.array(fc.record({ key: tagKeys, value: texts }), { maxLength: 8 });
  return fc
    .tuple(userNames, paths, times, keys, fc.option(tags, { nil: undefined }), texts)
    .map(([userName, path, createDate, all, tagged, description]) => ({
      user: {
        userId: 'AIDAANYBODY',
        userName,
        path,
        arn: `arn:aws:iam::${ACCOUNT}:user${path}${userName}`,
        createDate,
      },
      keys: all.map(({ lastUse: _, ...key }) => key),
      uses: new Map(all.map(({ id, lastUse }) => [id, lastUse])),
      tags: tagged && [...tagged, ...all.slice(0, 2).map(({ id }) => ({ key: id, value: description }))],
    }));
}

/** The settings a diagnosis depends on. */
export const settings: fc.Arbitrary<DiagnosisSettings> = fc.record({
  rotationGraceDays: fc.constantFrom(0, 0, 1, 30),
  unusedAfterDays: fc.constantFrom(1, 14, 90),
});

/** What the check knows of a user once its keys, their last use and its tags are read. */
export function inspected(
  { user, keys, uses, tags }: Account,
  some: DiagnosisSettings = { rotationGraceDays: 0, unusedAfterDays: 14 },
): Inspection {
  const evaluation = evaluate(user, keys);
  if (evaluation.status !== 'FAILED') return evaluation;
  const withUse = (key: (typeof keys)[number]): UsedKey => ({ ...key, lastUse: uses.get(key.id) ?? { kind: 'never' } });
  const [first, second, ...more] = evaluation.activeKeys;
  const used = [withUse(first), withUse(second), ...more.map(withUse)] as const;
  return { status: 'FAILED', user, keys: used, tags, diagnosis: diagnose(used, some, NOW) };
}

/** Any user that fails. */
export function failingUsers({ maxKeys = 9, ids = USUAL_IDS }: AccountLimits = {}): fc.Arbitrary<FailingUser> {
  return fc
    .tuple(accounts({ minKeys: 2, maxKeys, ids, statuses: ['Active'] }), settings)
    .map(([account, some]) => inspected(account, some))
    .filter((inspection) => inspection.status === 'FAILED');
}
