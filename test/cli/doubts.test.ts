import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { doubtsAbout } from '../../lib/cli/doubts.ts'
import { ceph, openstack } from '../../lib/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { startServe } from './serve-process.ts'

const ignore = (): void => {}

/** As in a variable: the type checker lets any text pass. */
const name = (text: string): string => text

test('a name that no known event has is told, with the one that was probably meant', () => {
  const handler = ceph()
    .on(name('ObjectCreatd:*'), ignore)
    .on(name('s3:ObjectRemoved:Delet'), ignore)
    .on(name('Object*:*:Thing'), ignore)
  assert.deepEqual(doubtsAbout(handler), [
    ".on('ObjectCreatd:*') matches no event that Ceph's gateway is known to send: did you mean ObjectCreated:*?",
    ".on('s3:ObjectRemoved:Delet') matches no event that Ceph's gateway is known to send: did you mean ObjectRemoved:Delete?",
    ".on('Object*:*:Thing') matches no event that Ceph's gateway is known to send: check its spelling",
  ])
  assert.deepEqual(doubtsAbout(openstack().on(name('compute.instance.creat.end'), ignore)), [
    ".on('compute.instance.creat.end') matches no event that a service of OpenStack is known to send: did you mean compute.instance.create.end?",
  ])
})

test('known names, kinds, patterns and filters raise no doubt, whatever their capitals in Ceph', () => {
  const some = ceph()
    .on('s3:ObjectCreated:*', ignore)
    .on('ObjectLifecycle:Expiration:NonCurrent', ignore)
    .on(name('objectlifecycle:expiration:abortmpu'), ignore)
    .on('*', ignore)
  const others = openstack()
    .on('compute.instance.*', ignore)
    .on('instance.create.end', ignore)
    .on({ service: 'neutron' }, ignore)
    .otherwise(ignore)
  assert.deepEqual([...doubtsAbout(some), ...doubtsAbout(others)], [])
})

test('a function without a route is told, and tidings serve tells it', async () => {
  assert.deepEqual(doubtsAbout(ceph().otherwise(ignore)), [])
  const folder = temporaryFolder()
  const lib = new URL('../../lib/index.ts', import.meta.url).href
  writeFileSync(join(folder, 'none.ts'), `import { ceph } from '${lib}'\nexport const handler = ceph()\n`)
  await using served = await startServe(['./none.ts'], { cwd: folder })
  const line = await served.untilLogged(({ level, name }) => level === 'warn' && name === 'none')
  assert.equal(line.message, 'the function handles no event: add ceph().on(…) or .otherwise(…)')
})
