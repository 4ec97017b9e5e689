import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml'
import type { Issue } from './document-issues.ts'
import { composeYaml, lineStarts } from './read-yaml.ts'

/**
 * The issues with the line and the column of each in the text of the document, in the order of the text.
 *
 * @param root steps from the root of the text to the document
 */
export const withPlaces = (issues: readonly Issue[], text: string, root: readonly string[] = []): readonly Issue[] => {
  if (issues.every(({ path, line }) => path === '' || line !== undefined)) return issues
  // JSON is YAML too.
  const contents = composeYaml(text)?.contents
  if (!contents) return issues
  const placeOf = lineStarts(text)
  return issues
    .map((issue): Issue => {
      if (issue.path === '' || issue.line !== undefined) return issue
      return { ...issue, ...placeOf(offsetOf(contents as Node, [...root, issue.path].join('.'))) } // Not parsed by a custom schema.
    })
    .sort((a, b) => (a.line ?? LAST) - (b.line ?? LAST) || (a.column ?? 0) - (b.column ?? 0))
}

const LAST = Number.MAX_SAFE_INTEGER

/** Where a path begins, at its key; of a path that ends in nothing, such as one of a missing setting, its last part that is there. */
const offsetOf = (root: Node, path: string): number => {
  let [node, rest, offset]: [unknown, string, number] = [root, path, root.range?.[0] ?? 0]
  while (rest !== '') {
    const step = stepInto(node, rest)
    if (step === undefined) return offset
    node = step.node
    rest = step.rest
    offset = step.offset
  }
  return offset
}

type Step = { readonly node: unknown; readonly rest: string; readonly offset: number }

const stepInto = (node: unknown, path: string): Step | undefined => {
  if (isMap(node)) {
    for (const { key, value } of node.items as Pair[]) {
      // A key may hold dots of its own.
      const name = isScalar(key) ? String(key.value) : ''
      if (isScalar(key) && (path === name || path.startsWith(`${name}.`)))
        return { node: value, rest: path.slice(name.length + 1), offset: key.range?.[0] ?? 0 }
    }
    return undefined
  }
  if (!isSeq(node)) return undefined
  const [index = '', ...more] = path.split('.')
  const item = node.items[Number(index)] as Node | undefined // As the parser makes them.
  return item?.range ? { node: item, rest: more.join('.'), offset: item.range[0] } : undefined
}
