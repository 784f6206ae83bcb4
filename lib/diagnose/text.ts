// The token as text.

import * as base64url from '../base64url.ts'
import { warning, type Finding } from './finding.ts'
import { shorten } from './show.ts'
import type { Subject } from './subject.ts'

export function* checkDuplicates({ token, codes }: Subject): Generator<Finding> {
  for (const part of token.split('.', 2)) {
    for (const name of new Set(duplicates(new TextDecoder().decode(base64url.decode(part))))) {
      yield warning(
        codes.form,
        `${name} stands twice in one object: readers differ in which of the two they take`,
        `Write ${name} once`,
      )
    }
  }
}

// JSON.parse keeps the last of two, so the text itself must be looked at. It is JSON already: quotes and braces are all there is to follow.
function* duplicates(json: string): Generator<string> {
  const objects: Set<string>[] = []
  for (const [match, string = '', colon] of json.matchAll(
    /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g,
  )) {
    if (match === '{') objects.push(new Set())
    else if (match === '}') objects.pop()
    else if (colon !== undefined) {
      const name = JSON.stringify(JSON.parse(string)) // so that two spellings of one name are one
      const seen = objects.at(-1)
      if (seen?.has(name)) yield shorten(name)
      seen?.add(name)
    }
  }
}
