import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createFilter } from '../../lib/core/filter.ts'
import { compileCache } from '../compile-cache.ts'
import { openstackCapture, openstackCaptures } from '../fixtures.ts'
import { codeBlocks } from '../markdown.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { eventOf } from './delivery.ts'

const fromSource = new URL('../examples/from-source.ts', import.meta.url).href
const docs = readFileSync(new URL('../../docs/openstack.md', import.meta.url), 'utf8')

test('the event in docs/openstack.md is that of a captured message', () => {
  const { body, exchange } = openstackCapture('neutron/port.delete.start.1')
  assert.deepEqual(
    codeBlocks(docs, 'json').map((text) => JSON.parse(text)),
    [eventOf(body, exchange)],
  )
})

test('the function there works as written', async () => {
  const [snippet = ''] = codeBlocks(docs, 'ts')
  const file = join(temporaryFolder(), 'snippet.mjs')
  const { body } = openstackCapture('nova/compute.instance.create.end.1')
  writeFileSync(file, `${snippet}\nawait handler(JSON.parse(${JSON.stringify(body)}), {})\n`)
  const { stdout } = await promisify(execFile)(process.execPath, [`--import=${fromSource}`, file], {
    env: compileCache,
  })
  const { subject, project } = eventOf(body, 'nova')
  assert.equal(stdout, `${subject} is up, for project ${project}\n`)
})

test('the filters there leave out what they say', () => {
  const settings = new Map(
    [...docs.matchAll(/^(EVENT_\w+)='([^']+)'/gm)].map(([, name = '', value = '']) => [value, name]),
  )
  const events = openstackCaptures()
    .filter(({ name }) => !name.split('/', 1)[0]?.endsWith('-rpc'))
    .map(({ body, exchange }) => eventOf(body, exchange))
  const leftOut = (value: string): Set<string> => {
    const globs = value.split(',')
    const isTypes = settings.get(value) === 'EVENT_TYPES'
    const wanted = createFilter({ types: isTypes ? globs : [], priorities: isTypes ? [] : globs })
    return new Set(events.filter((event) => !wanted(event)).map(({ type }) => type.replace('org.openstack.', '')))
  }
  assert.deepEqual([...settings.keys()].length, 3)
  assert.ok(leftOut('!*.compute.instance.update,!*.exists').has('nova.compute.instance.exists'))
  assert.ok(!leftOut('*.nova.*.end,*.cinder.*').has('nova.instance.create.end'))
  assert.ok(leftOut('*.nova.*.end,*.cinder.*').has('nova.instance.create.start'))
  assert.deepEqual([...leftOut('!sample,!debug')], ['nova.pubtest.messagingv2.debug'])
})
