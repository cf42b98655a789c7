import type { AnySchemaObject } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';

/** Texts that have brought down servers. */
const NASTY = [
  '', ' ', '\0', 'a\0b', '\r\nX: y', "'; drop table jobs; --", '../../etc/passwd', '__proto__', 'constructor', 'null',
  'undefined', 'NaN', '-0', '1e3', '0x10', '1.5', '-1', '9'.repeat(40), 'true', '[]', '{}', '%00', '%', '%zz', '%ff',
  '\u202E3pm.mp3', '🎙️', 'ﷺ'.repeat(200), '\uFEFF', '{{7*7}}', 'a'.repeat(5000), ','.repeat(2000), '\u0000'.repeat(50),
]; // prettier-ignore

/** Any text that can be written as UTF-8. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.toWellFormed()) },
);

/** Values at the edges of a number's range, on both sides. */
function integers({ minimum = -10, maximum = 1000 }: AnySchemaObject): fc.Arbitrary<number> {
  const [least, most] = [Number(minimum), Number(maximum)];
  return fc.oneof(fc.integer({ min: least, max: most }), fc.constantFrom(least, most));
}

function texts(schema: AnySchemaObject): fc.Arbitrary<string> {
  if (schema['format'] === 'uuid') return fc.uuid();
  if (/^https?:/.test(String(schema['description']))) return fc.constant('http://127.0.0.1:1025/icana');
  if (typeof schema['pattern'] === 'string') return fc.stringMatching(new RegExp(schema['pattern']));
  return fc.string({
    minLength: Number(schema['minLength'] ?? 0),
    maxLength: Number(schema['maxLength'] ?? 20),
  });
}

type Resolve = (schema: AnySchemaObject) => AnySchemaObject;

/** Values that the schema allows, as far as a generator can tell; `resolve` follows references. */
export function validValue(schema: AnySchemaObject, resolve: Resolve): fc.Arbitrary<unknown> {
  const known = resolve(schema);
  if (known['const'] !== undefined) return fc.constant(known['const']);
  if (Array.isArray(known['enum'])) return fc.constantFrom(...(known['enum'] as unknown[]));
  const choices = (known['anyOf'] ?? known['oneOf']) as AnySchemaObject[] | undefined;
  if (choices) return fc.oneof(...choices.map((choice) => validValue(choice, resolve)));
  if (known['type'] === 'integer' || known['type'] === 'number') return integers(known);
  if (known['type'] === 'boolean') return fc.boolean();
  if (known['type'] === 'null') return fc.constant(null);
  if (known['type'] === 'array') {
    return fc.array(validValue((known['items'] ?? {}) as AnySchemaObject, resolve), { maxLength: 3 });
  }
  if (known['type'] === 'object') return validObject(known, resolve);
  return texts(known);
}

function validObject(schema: AnySchemaObject, resolve: Resolve): fc.Arbitrary<Record<string, unknown>> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, AnySchemaObject>);
  const fields = Object.fromEntries(properties.map(([name, each]) => [name, validValue(each, resolve)]));
  return fc.record(fields, { requiredKeys: (schema['required'] ?? []) as string[] });
}

/** Any JSON value, deep and wide ones among them. */
const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  anyText,
  fc.constantFrom<unknown>(null, [], {}, [[]], 1e308, -1, 'x'.repeat(70_000), nested(2000)),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

/** A body for the schema with one thing amiss: a field gone, of another type, unknown, or all of it something else. */
export function nearlyValidValue(schema: AnySchemaObject, resolve: Resolve): fc.Arbitrary<unknown> {
  const names = Object.keys((resolve(schema)['properties'] ?? {}) as object);
  return fc.oneof(
    anyJson,
    fc
      .tuple(validValue(schema, resolve), fc.constantFrom(...names, 'unknown'), fc.option(anyJson))
      .map(([valid, name, amiss]) => {
        const { [name]: _, ...others } = valid as Record<string, unknown>;
        return amiss === null ? others : { ...others, [name]: amiss };
      }),
  );
}
