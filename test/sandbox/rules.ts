import { isObject } from './service.ts';

/** A rule about one JSON value: what is wrong with it, in the words Security Hub's own validator uses; empty if nothing. */
export type Rule = (value: unknown, at: string) => readonly string[];

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly not?: RegExp;
}

/** A string that is neither empty nor blank, within limits. */
export function text({ min = 1, max = Number.POSITIVE_INFINITY, pattern, not }: TextLimits = {}): Rule {
  return (value, at) => {
    if (typeof value !== 'string') return [`${at} should be string`];
    if (!/\S/.test(value)) return [`${at} should match pattern "\\S"`];
    return [
      ...when(value.length < min, `${at} should NOT be shorter than ${min} characters`),
      ...when(value.length > max, `${at} should NOT be longer than ${max} characters`),
      ...when(pattern !== undefined && !pattern.test(value), `${at} should match pattern "${pattern?.source}"`),
      ...when(not?.test(value) ?? false, `${at} should NOT match pattern "${not?.source}"`),
    ];
  };
}

/** One of a fixed set of strings. */
export function oneOf(...allowed: readonly string[]): Rule {
  return (value, at) =>
    when(
      !allowed.some((option) => option === value),
      `${at} should be equal to one of the allowed values: ${allowed.join(', ')}`,
    );
}

/** A whole number within bounds. */
export function integer(min: number, max: number): Rule {
  return (value, at) =>
    when(
      typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max,
      `${at} should be an integer from ${min} to ${max}`,
    );
}

/** An array within limits, whose every item keeps a rule. */
export function list(item: Rule, { min = 0, max = Number.POSITIVE_INFINITY } = {}): Rule {
  return (value, at) => {
    if (!Array.isArray(value)) return [`${at} should be array`];
    return [
      ...when(value.length < min, `${at} should NOT have fewer than ${min} items`),
      ...when(value.length > max, `${at} should NOT have more than ${max} items`),
      ...value.flatMap((entry, index) => item(entry, `${at}[${index}]`)),
    ];
  };
}

/** A map within a size, whose every key and value keeps a rule. */
export function map(key: Rule, entry: Rule, { max }: { max: number }): Rule {
  return (value, at) => {
    if (!isObject(value)) return [`${at} should be object`];
    const entries = Object.entries(value);
    return [
      ...when(entries.length > max, `${at} should NOT have more than ${max} properties`),
      ...entries.flatMap(([name, inner]) => [
        ...key(name, `${at} property name '${name}'`),
        ...entry(inner, `${at}['${name}']`),
      ]),
    ];
  };
}

/** An object of known fields, some of them required. Shape is the SDK's type, so that no field's name can be mistyped. */
export function structure<Shape>(
  fields: { readonly [Field in keyof Shape]?: Rule },
  required: readonly (keyof Shape & string)[] = [],
): Rule {
  const rules = new Map<string, Rule>(Object.entries(fields));
  return (value, at) => {
    if (!isObject(value)) return [`${at} should be object`];
    return [
      ...required.flatMap((field) =>
        when(value[field] === undefined, `${at} should have required property '${field}'`),
      ),
      ...Object.entries(value).flatMap(([field, inner]) => {
        if (inner === undefined) return [];
        const rule = rules.get(field);
        return rule
          ? rule(inner, `${at}.${field}`)
          : [`${at} should NOT have additional properties: '${field}' is unknown or not modelled here`];
      }),
    ];
  };
}

/** What keeps all of several rules. */
export function all(...rules: readonly Rule[]): Rule {
  return (value, at) => rules.flatMap((rule) => rule(value, at));
}

/** Anything at all is wrong. */
export function refused(why: string): Rule {
  return (_value, at) => [`${at} ${why}`];
}

function when(isWrong: boolean, problem: string): readonly string[] {
  return isWrong ? [problem] : [];
}
