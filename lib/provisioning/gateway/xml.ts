/** An element: RGW answers with neither attributes that matter, nor comments, nor CDATA. */
export type XmlElement = { readonly name: string; readonly text: string; readonly children: readonly XmlElement[] }

type Open = { readonly name: string; text: string; readonly children: Open[] }

const MAX_DEPTH = 64
/** About 12 a topic, and before 19 a gateway answers with all topics at once. */
const MAX_ELEMENTS = 200_000

/**
 * Reads the parts of an answer that the SDK leaves out. Undefined for a text that is not well-formed, such as the page of a
 * proxy, and for one that is too deep or too large. The time is linear in the length of the source.
 */
export const parseXml = (source: string): XmlElement | undefined => {
  const root: Open = { name: '', text: '', children: [] }
  const open: Open[] = [root]
  let elements = 0
  for (let at = 0; at < source.length; ) {
    const parent = open.at(-1) ?? root
    const start = source.indexOf('<', at)
    const text = unescapeXml(source.slice(at, start === -1 ? undefined : start))
    if (text === undefined) return undefined
    parent.text += text
    if (start === -1) break
    const end = source.indexOf('>', start)
    const tag = source.slice(start + 1, end)
    if (end === -1 || tag.includes('<')) return undefined
    at = end + 1
    if (tag.startsWith('?')) continue
    if (tag.startsWith('/')) {
      if (open.length === 1 || open.pop()?.name !== tag.slice(1).trimEnd()) return undefined
      continue
    }
    elements += 1
    const element: Open = { name: nameOf(tag), text: '', children: [] }
    if (element.name === '' || elements > MAX_ELEMENTS || open.length > MAX_DEPTH) return undefined
    parent.children.push(element)
    if (!tag.endsWith('/')) open.push(element)
  }
  return open.length === 1 && root.children.length === 1 ? root.children[0] : undefined
}

/** Empty for declarations such as `!DOCTYPE`. */
const nameOf = (tag: string): string => {
  const end = tag.search(/[\s/]/)
  return tag.startsWith('!') ? '' : tag.slice(0, end === -1 ? undefined : end)
}

/** The elements below that go by this name, next to each other. */
export const childrenOf = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? []

/** The first element at the end of a path of names. */
export const elementAt = (element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined =>
  path.reduce((found, name) => childrenOf(found, name)[0], element)

export const textAt = (element: XmlElement | undefined, ...path: readonly string[]): string | undefined =>
  elementAt(element, ...path)?.text

/** An element with text, or with elements that were written before. Empty lists give an empty element. */
export const xml = (name: string, content: string | readonly string[]): string =>
  `<${name}>${typeof content === 'string' ? escapeXml(content) : content.join('')}</${name}>`

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Undefined where a reference names no character. */
const unescapeXml = (text: string): string | undefined => {
  let isValid = true
  const unescaped = text.replaceAll(
    /&(?:#x([\da-f]{1,8})|#(\d{1,8})|(\w+));/gi,
    (entity, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return (Object.hasOwn(ENTITIES, name) && ENTITIES[name]) || entity
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      const isCharacter = code > 0 && code <= 0x10_ffff && !(code >= 0xd800 && code <= 0xdfff)
      isValid &&= isCharacter
      return isCharacter ? String.fromCodePoint(code) : ''
    },
  )
  return isValid ? unescaped : undefined
}

const escapeXml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
