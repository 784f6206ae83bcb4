// RFC 6901, JSON Pointer: where in `{ header, claims, signature }` a finding is.

/** Returns the pointer to a member of what another pointer points to. */
export function appendPointer(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Splits a pointer into the names of members. */
export function splitPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Formats a pointer as JavaScript writes it, such as `claims.policies[1].url`. The token as a whole is `token`. */
export function formatPointer(pointer: string): string {
  const [first = 'token', ...names] = splitPointer(pointer)
  return names.reduce((path, name) => {
    if (/^\d+$/.test(name)) return `${path}[${name}]`
    return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)
      ? `${path}.${name}`
      : `${path}[${JSON.stringify(name)}]`
  }, first)
}

/** Returns the longest of some pointers that leads to a place, or to what contains it. */
export function nearestPointer(place: string, pointers: Iterable<string>): string | undefined {
  let nearest: string | undefined
  for (const pointer of pointers)
    if (
      (place === pointer || place.startsWith(`${pointer}/`)) &&
      (nearest === undefined || pointer.length > nearest.length)
    )
      nearest = pointer
  return nearest
}
