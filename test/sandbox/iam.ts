import { createHash } from 'node:crypto';
import type { StatusType } from '@aws-sdk/client-iam';
import { CredentialReport } from './credential-report.ts';
import { type AccountFacts, AwsError } from './service.ts';

/** An access key as the account holds it. */
export interface SandboxKey {
  readonly accessKeyId: string;
  readonly status: StatusType;
  readonly createDate: Date;
  readonly lastUsed?: KeyUse;
}

/** The last use of a key, as far as IAM tracks it. */
export interface KeyUse {
  readonly date: Date;
  readonly service: string;
  readonly region: string;
}

/** An IAM user as the account holds it; every change replaces it, so a value kept by a test stays as it was. */
export interface SandboxUser {
  readonly userName: string;
  readonly userId: string;
  readonly path: string;
  readonly arn: string;
  readonly createDate: Date;
  readonly tags: Readonly<Record<string, string>>;
  /** In order of creation. */
  readonly keys: readonly SandboxKey[];
}

/** What a test may say about a key it creates; the rest is made up. */
export interface KeySpec {
  readonly status?: StatusType;
  readonly createDate?: Date;
  readonly accessKeyId?: string;
  readonly lastUsed?: KeyUse;
}

/** What a test may say about a user it creates. The keys given may exceed the quota: 8 have been seen. */
export interface UserSpec {
  readonly userName: string;
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly createDate?: Date;
  readonly userId?: string;
  readonly keys?: readonly KeySpec[];
}

const USER_NAME = /^[\w+=,.@-]{1,64}$/;
const PATH = /^(\/|\/[\u0021-\u007e]{1,510}\/)$/;
const KEYS_PER_USER = 2;

/** The users of the account and their keys. Its methods are what people and automation do to the account meanwhile. */
export class IamAccount {
  readonly credentialReport: CredentialReport;
  readonly #facts: AccountFacts;
  readonly #users = new Map<string, SandboxUser>();
  readonly #idByName = new Map<string, string>();
  readonly #idByKey = new Map<string, string>();
  #byName: readonly SandboxUser[] | undefined;

  constructor(facts: AccountFacts) {
    this.#facts = facts;
    this.credentialReport = new CredentialReport(facts, () => this.usersByName());
  }

  /** All users by UserId, which stays the same when a user is renamed and is never given out again. */
  get users(): ReadonlyMap<string, SandboxUser> {
    return this.#users;
  }

  /** All users in the order ListUsers tells them. */
  usersByName(): readonly SandboxUser[] {
    this.#byName ??= [...this.#users.values()].toSorted((a, b) => (a.userName < b.userName ? -1 : 1));
    return this.#byName;
  }

  /** The user of this name, if there is one. */
  find(userName: string): SandboxUser | undefined {
    return this.#users.get(this.#idByName.get(userName) ?? '');
  }

  /** Whose key it is, if it is anybody's. */
  findOwner(accessKeyId: string): SandboxUser | undefined {
    return this.#users.get(this.#idByKey.get(accessKeyId) ?? '');
  }

  /** The user of this name. @throws NoSuchEntity */
  user(userName: string): SandboxUser {
    const user = this.find(userName);
    if (user === undefined) throw noSuchEntity(`The user with name ${userName} cannot be found.`);
    return user;
  }

  /** Whose key it is. @throws NoSuchEntity */
  ownerOf(accessKeyId: string): SandboxUser {
    const user = this.findOwner(accessKeyId);
    if (user === undefined) throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
    return user;
  }

  /** Creates a user. @throws EntityAlreadyExists; ValidationError for an illegal name or path */
  createUser(spec: UserSpec): SandboxUser {
    const { userName, path = '/', tags = {}, keys = [] } = spec;
    this.#claimName(userName);
    if (!PATH.test(path)) throw invalid(`The specified value for path is invalid: ${path}`);
    const createDate = wholeSecond(spec.createDate ?? this.#facts.now());
    const userId = spec.userId ?? this.#newId('AIDA');
    const arn = this.#arn(path, userName);
    this.#idByName.set(userName, userId);
    this.#store({ userName, userId, path, arn, createDate, tags: { ...tags }, keys: [] });
    for (const key of keys) this.#addKey(userName, key);
    return this.user(userName);
  }

  /** Creates a key. Quota: two keys per user, and inactive ones count. @throws LimitExceeded, NoSuchEntity */
  createAccessKey(userName: string, key: KeySpec = {}): SandboxKey {
    if (this.user(userName).keys.length >= KEYS_PER_USER) {
      throw new AwsError(409, 'LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`);
    }
    return this.#addKey(userName, key);
  }

  /** Turns a key on or off. @throws NoSuchEntity */
  updateAccessKey(userName: string, accessKeyId: string, status: StatusType): void {
    this.#replaceKey(userName, accessKeyId, (key) => [{ ...key, status }]);
  }

  /** Deletes a key for good. @throws NoSuchEntity */
  deleteAccessKey(userName: string, accessKeyId: string): void {
    this.#replaceKey(userName, accessKeyId, () => []);
    this.#idByKey.delete(accessKeyId);
  }

  /** Records that a key was used, now unless a date is given. @throws NoSuchEntity */
  useAccessKey(accessKeyId: string, use: { service: string; region: string; date?: Date }): void {
    const lastUsed = { service: use.service, region: use.region, date: wholeSecond(use.date ?? this.#facts.now()) };
    this.#replaceKey(this.ownerOf(accessKeyId).userName, accessKeyId, (key) => [{ ...key, lastUsed }]);
  }

  /** Renames a user: its ARN changes, its UserId does not. @throws NoSuchEntity, EntityAlreadyExists */
  renameUser(oldName: string, newName: string): void {
    const user = this.user(oldName);
    this.#claimName(newName);
    this.#idByName.delete(oldName);
    this.#idByName.set(newName, user.userId);
    this.#store({ ...user, userName: newName, arn: this.#arn(user.path, newName) });
  }

  /** Deletes a user together with its keys. @throws NoSuchEntity */
  deleteUser(userName: string): void {
    const user = this.user(userName);
    for (const { accessKeyId } of user.keys) this.#idByKey.delete(accessKeyId);
    this.#idByName.delete(userName);
    this.#users.delete(user.userId);
    this.#byName = undefined;
  }

  /** Adds tags or changes their values. Any text is taken here, even what TagUser itself would refuse. @throws NoSuchEntity */
  tagUser(userName: string, tags: Readonly<Record<string, string>>): void {
    const user = this.user(userName);
    this.#store({ ...user, tags: { ...user.tags, ...tags } });
  }

  #store(user: SandboxUser): void {
    this.#users.set(user.userId, user);
    this.#byName = undefined;
  }

  #addKey(userName: string, spec: KeySpec): SandboxKey {
    const user = this.user(userName);
    const { status = 'Active', lastUsed } = spec;
    const accessKeyId = spec.accessKeyId ?? this.#newId('AKIA');
    const createDate = wholeSecond(spec.createDate ?? this.#facts.now());
    const key = { accessKeyId, status, createDate, ...(lastUsed && { lastUsed }) };
    this.#idByKey.set(accessKeyId, user.userId);
    this.#store({ ...user, keys: [...user.keys, key] });
    return key;
  }

  #replaceKey(userName: string, accessKeyId: string, change: (key: SandboxKey) => readonly SandboxKey[]): void {
    const user = this.user(userName);
    if (this.#idByKey.get(accessKeyId) !== user.userId) {
      throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
    }
    this.#store({ ...user, keys: user.keys.flatMap((key) => (key.accessKeyId === accessKeyId ? change(key) : [key])) });
  }

  #claimName(userName: string): void {
    if (!USER_NAME.test(userName)) throw invalid(`The specified value for userName is invalid: ${userName}`);
    if (this.#idByName.has(userName)) {
      throw new AwsError(409, 'EntityAlreadyExists', `User with name ${userName} already exists.`);
    }
  }

  #arn(path: string, userName: string): string {
    return `arn:${this.#facts.partition}:iam::${this.#facts.account}:user${path}${userName}`;
  }

  /** Ids look random but are the same in every run of a test. */
  #newId(prefix: 'AIDA' | 'AKIA'): string {
    this.#idsGiven += 1;
    const digest = createHash('sha256').update(`${this.#facts.account}/${prefix}/${this.#idsGiven}`).digest();
    const letters = [...digest.subarray(0, 16)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte % 32));
    return prefix + letters.join('');
  }
  #idsGiven = 0;
}

/** IAM keeps times to the second. */
function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

function noSuchEntity(message: string): AwsError {
  return new AwsError(404, 'NoSuchEntity', message);
}

function invalid(message: string): AwsError {
  return new AwsError(400, 'ValidationError', message);
}
