/** An element: RGW answers with neither attributes that matter, nor comments, nor CDATA. */
export type XmlElement = { readonly name: string; readonly text: string; readonly children: readonly XmlElement[] }

type Open = { readonly name: string; text: string; readonly children: Open[] }

const TOKEN = /<\?[^>]*\?>|<(?<close>\/?)(?<name>[^\s/>]+)[^>]*?(?<empty>\/?)>|(?<text>[^<]+)/g

/** Reads what the SDK leaves out. Undefined for what is no XML, such as the page of a proxy. */
export const parseXml = (source: string): XmlElement | undefined => {
  const root: Open = { name: '', text: '', children: [] }
  const open: Open[] = [root]
  for (const { groups = {} } of source.matchAll(TOKEN)) {
    const { close, name, empty, text } = groups
    const parent = open.at(-1) ?? root
    if (text !== undefined) parent.text += unescapeXml(text)
    if (name === undefined) continue
    if (close === '/') {
      if (open.length === 1 || open.pop()?.name !== name) return undefined
      continue
    }
    const element: Open = { name, text: '', children: [] }
    parent.children.push(element)
    if (empty !== '/') open.push(element)
  }
  return open.length === 1 && root.children.length === 1 ? root.children[0] : undefined
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

const unescapeXml = (text: string): string =>
  text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (entity, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? entity
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
  })

const escapeXml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
