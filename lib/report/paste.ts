// What people paste: white space around a token, and the JSON response of the server that generated it, are not mistakes.

/** A pasted text, as `diagnose` has to judge it. */
export interface Paste {
  text: string
  /** Where in a JSON response the token was found, such as `data.token`. */
  path?: string
}

const maxValues = 10_000

/** Removes white space around the text, and reads a JSON response if it contains exactly one token. */
export function readPaste(pasted: string): Paste {
  const text = pasted.trim()
  if (!text.startsWith('{') && !text.startsWith('[')) return { text }
  let found: Paste | undefined
  for (const [path, value] of stringsOf(parseJson(text))) {
    if (!/^eyJ[\w+/=-]*\.[\w+/=.-]*$/.test(value) || value === found?.text) continue
    if (found !== undefined) return { text } // of several tokens, `diagnose` names the one that it judges
    found = { text: value, path }
  }
  return found ?? { text }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// Without recursion, because JSON may be nested deeper than a stack can follow.
function* stringsOf(json: unknown): Generator<[path: string, value: string]> {
  const queue: [path: string, value: unknown][] = [['', json]]
  let count = 0
  for (const [path, value] of queue) {
    if (count++ === maxValues) return
    if (typeof value === 'string') yield [path, value.trim()]
    else if (Array.isArray(value))
      queue.push(
        ...value.slice(0, maxValues).map((item, j): [string, unknown] => [`${path}[${j}]`, item]),
      )
    else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value))
        queue.push([path === '' ? name : `${path}.${name}`, member])
  }
}
