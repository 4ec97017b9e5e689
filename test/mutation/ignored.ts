// Tells Stryker which code to leave alone: texts for people, and defaults that only the compiler asks for.

/** The part of Babel's syntax trees that is used here. */
interface Node {
  readonly type: string
  readonly value?: unknown
  readonly name?: string
  readonly operator?: string
  readonly computed?: boolean
  readonly left?: Node
  readonly right?: Node
  readonly callee?: Node
  readonly property?: Node
  readonly arguments?: readonly Node[]
}
interface Path {
  readonly node: Node
  readonly parentPath: Path | null
}

class Ignored {
  shouldIgnore(path: Path): string | undefined {
    const parent = path.parentPath?.node
    if (parent === undefined) return undefined
    if (isMessage(path.node, parent)) return 'a text for people'
    if (isDefaultOfItem(path, parent)) return 'the compiler does not know that the item is there'
    return undefined
  }
}

/** `new SchemaError('…')`, `log.warn(fields, '…')` */
const isMessage = (node: Node, parent: Node): boolean => {
  if (node.type !== 'StringLiteral' && node.type !== 'TemplateLiteral') return false
  if (parent.type === 'NewExpression')
    return parent.arguments?.[0] === node && parent.callee?.name?.endsWith('Error') === true
  return (
    parent.type === 'CallExpression' &&
    parent.arguments?.[1] === node &&
    /^(?:debug|info|warn|error)$/.test(parent.callee?.property?.name ?? '')
  )
}

/** `words[0] ?? ''`, `words.at(-1) ?? ''`, `const [first = ''] = words` */
const isDefaultOfItem = ({ node, parentPath }: Path, parent: Node): boolean => {
  if (node.type !== 'StringLiteral' || node.value !== '' || parent.right !== node) return false
  if (parent.type === 'AssignmentPattern') return parentPath?.parentPath?.node.type === 'ArrayPattern'
  const { operator, left } = parent
  return operator === '??' && (left?.computed === true || left?.callee?.property?.name === 'at')
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'ignored', value: new Ignored() }]
