// What the library needs of the platform. It is missing on pages that are not a secure context, in Node before 20 and in
// Jest's jsdom. The library checks this when it uses it, because importing the library must work everywhere.

/**
 * Returns what the platform has under a name.
 *
 * @throws {Error} if the platform does not have it.
 */
export function need<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value
  throw new Error(
    `Cannot run without ${name}: use https or localhost, Node 20 or newer, or Jest's environment node`,
  )
}
