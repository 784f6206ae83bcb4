// Replaces a property of an object, also of the global one, as a program could at run time.

/**
 * Replaces a property by a value, or by an accessor.
 *
 * @returns What restores the property, or nothing if it cannot be replaced.
 */
export function replace(
  owner: object,
  name: PropertyKey,
  replacement: { value: unknown } | { get: () => unknown },
): (() => void) | undefined {
  const members = owner as Record<PropertyKey, unknown>
  const before = Object.getOwnPropertyDescriptor(owner, name)
  const define = (descriptor: PropertyDescriptor) => Reflect.defineProperty(owner, name, descriptor)
  if ('value' in replacement && before?.writable === true) {
    // Set and not defined: the global object of the edge VM ignores the latter.
    const old = members[name]
    if (Reflect.set(owner, name, replacement.value) && members[name] === replacement.value)
      return () => void Reflect.set(owner, name, old)
  }
  const more = 'value' in replacement ? { writable: true, enumerable: true } : {}
  if (!define({ ...replacement, ...more, configurable: true })) return undefined
  return () => {
    if (before) define(before)
    else Reflect.deleteProperty(owner, name)
  }
}
