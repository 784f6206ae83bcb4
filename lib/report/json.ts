// JSON as lines, each with the place that it shows.

import { toEscapedJson } from './escape.ts'
import { appendPointer } from './pointer.ts'

/** One line of indented JSON. */
export interface JsonLine {
  text: string
  /** The member or item that begins in this line. */
  pointer?: string
}

const maxDepth = 100 // claims may be nested deeper than a stack can follow

/** Returns a value as the lines of indented JSON, without unsafe characters. */
export function jsonLines(value: unknown, pointer: string): JsonLine[] {
  return valueLines(value, pointer, 0, '', '')
}

function valueLines(
  value: unknown,
  pointer: string,
  depth: number,
  before: string,
  after: string,
): JsonLine[] {
  const indent = '  '.repeat(depth)
  const first = (text: string) => ({ text: `${indent}${before}${text}`, pointer })
  if (typeof value !== 'object' || value === null) return [first(`${toEscapedJson(value)}${after}`)]
  const isList = Array.isArray(value)
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  const members = Object.entries(value)
  if (members.length === 0) return [first(`${open}${close}${after}`)]
  if (depth === maxDepth) return [first(`${open}…${close}${after}`)]
  return [
    first(open),
    ...members.flatMap(([name, member], i) =>
      valueLines(
        member,
        appendPointer(pointer, name),
        depth + 1,
        isList ? '' : `${toEscapedJson(name)}: `,
        i < members.length - 1 ? ',' : '',
      ),
    ),
    { text: `${indent}${close}${after}` },
  ]
}
