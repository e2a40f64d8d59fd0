import { type AccountFacts, AwsError, type Input, isObject, type Operations, parameter } from './service.ts';

/** A message the topic accepted. */
export interface Published {
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** The Message parameter as sent. */
  readonly message: string;
  /** The text each protocol delivers, by protocol; `default` is for every protocol not named. */
  readonly byProtocol: Readonly<Record<string, string>>;
  readonly at: Date;
  readonly messageId: string;
}

const PARAMETERS = ['TopicArn', 'Message', 'Subject', 'MessageStructure'];
const LARGEST_MESSAGE = 262_144;

/** The account's topics and what was published to them. */
export class Sns {
  readonly published: Published[] = [];
  /** The topic every account here starts with: `access-key-alerts`. */
  readonly topicArn: string;
  readonly #facts: AccountFacts;
  readonly #topics = new Set<string>();

  constructor(facts: AccountFacts) {
    this.#facts = facts;
    this.topicArn = this.createTopic('access-key-alerts');
  }

  createTopic(name: string): string {
    const { partition, region, account } = this.#facts;
    const arn = `arn:${partition}:sns:${region}:${account}:${name}`;
    this.#topics.add(arn);
    return arn;
  }

  /** Accepts a message by the documented rules. @throws NotFound, InvalidParameter */
  publish(input: Input): Record<string, unknown> {
    const unknown = Object.keys(input).filter((name) => !PARAMETERS.includes(name));
    if (unknown.length > 0) throw invalid(`the sandbox does not know ${unknown.join(', ')}`);
    const topicArn = this.#topicOf(parameter(input, 'TopicArn'));
    const subject = subjectOf(parameter(input, 'Subject'));
    const message = messageOf(parameter(input, 'Message'));
    const byProtocol = textsOf(message, parameter(input, 'MessageStructure'));
    const messageId = crypto.randomUUID();
    this.published.push({ topicArn, subject, message, byProtocol, at: this.#facts.now(), messageId });
    return { MessageId: messageId };
  }

  /** "You can publish messages only to topics and endpoints in the same AWS Region." */
  #topicOf(arn: string | undefined): string {
    if (arn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
    if (arn.split(':')[3] !== this.#facts.region || !arn.startsWith('arn:')) throw invalid('TopicArn');
    if (!this.#topics.has(arn)) throw new AwsError(404, 'NotFound', 'Topic does not exist');
    return arn;
  }
}

/** SNS over HTTP: Publish. */
export function snsOperations(sns: Sns): Operations {
  return {
    Publish: {
      resources: (input) => [parameter(input, 'TopicArn') ?? '*'],
      answer: (input) => sns.publish(input),
    },
  };
}

/**
 * No line breaks or control characters, less than 100 characters; by the older rule ASCII, beginning with a letter,
 * digit or punctuation mark. AWS documents both at different places, so both hold here.
 */
function subjectOf(subject: string | undefined): string | undefined {
  if (subject !== undefined && !/^[!-~][ -~]{0,98}$/.test(subject)) throw invalid('Subject');
  return subject;
}

/** Not empty, and at most 262,144 bytes (not characters), all protocols' texts together. */
function messageOf(message: string | undefined): string {
  if (message === undefined || message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > LARGEST_MESSAGE) throw invalid('Message too long');
  return message;
}

/** MessageStructure=json: a JSON object, with at least a top-level key `default` whose value is a string. */
function textsOf(message: string, structure: string | undefined): Record<string, string> {
  if (structure === undefined) return { default: message };
  if (structure !== 'json') throw invalid('MessageStructure');
  const texts = parseJson(message);
  if (!isObject(texts)) throw invalid('Message Structure - JSON message body failed to parse');
  if (texts.default === undefined) {
    throw invalid('Message Structure - No default entry in JSON message body');
  }
  return Object.fromEntries(
    Object.entries(texts).map(([protocol, text]) => {
      if (typeof text !== 'string')
        throw invalid(`Message Structure - ${protocol} entry in JSON message body is not a string`);
      return [protocol, text];
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function invalid(what: string): AwsError {
  return new AwsError(400, 'InvalidParameter', `Invalid parameter: ${what}`);
}
