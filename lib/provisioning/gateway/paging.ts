/** With 100 items a page, as RGW has them. */
const MAX_PAGES = 1000
const MAX_ITEMS = 100_000

export type Page<Item> = { readonly items: readonly Item[]; readonly nextToken: string | undefined }

/**
 * All items of a list that comes in pages. It ends at a token that was there before: a gateway that answers with the same
 * ones again would be asked for ever.
 *
 * @param ask gives the page of a token, the first one of undefined
 * @param endless gives the error for a list that does not end
 */
export const allItems = async <Item>(
  ask: (token: string | undefined) => Promise<Page<Item>>,
  endless: (limit: string) => Error,
): Promise<Item[]> => {
  const items: Item[] = []
  const tokens = new Set<string | undefined>()
  let token: string | undefined
  do {
    tokens.add(token)
    if (tokens.size > MAX_PAGES) throw endless(`${MAX_PAGES} pages`)
    const page = await ask(token)
    if (items.length + page.items.length > MAX_ITEMS) throw endless(`${MAX_ITEMS} items`)
    for (const item of page.items) items.push(item)
    token = page.nextToken
  } while (!tokens.has(token) && token !== undefined)
  return items
}
