import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allItems } from '../../../lib/provisioning/gateway/rgw-exchange.ts'

const endless = (limit: string) => new Error(limit)

test('pages are asked for until there is no token', async () => {
  const pages = new Map([
    [undefined, { items: [1, 2], nextToken: 'a' }],
    ['a', { items: [3], nextToken: 'b' }],
    ['b', { items: [], nextToken: undefined }],
  ])
  assert.deepEqual(await allItems(async (token) => pages.get(token) ?? assert.fail(), endless), [1, 2, 3])
})

test('tokens that come again end the list', async () => {
  let asked = 0
  const items = await allItems(async (token) => {
    asked += 1
    return { items: [token], nextToken: token === 'a' ? 'b' : 'a' }
  }, endless)
  assert.deepEqual([asked, items], [3, [undefined, 'a', 'b']])
})

test('a list that does not end is given up', async () => {
  let asked = 0
  const page = async (items: number[]) => {
    asked += 1
    return { items, nextToken: `${asked}` }
  }
  await assert.rejects(
    allItems(() => page([]), endless),
    { message: '1000 pages' },
  )
  assert.equal(asked, 1000)
  const many = Array.from({ length: 50_001 }, (_, index) => index)
  await assert.rejects(
    allItems(() => page(many), endless),
    { message: '100000 items' },
  )
})
