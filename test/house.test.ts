// The rules of the house: where files stand, what they may import, how long they may be. Other tests say what the code does.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..')

/** From the ground up. A room may import from every level below its own; rooms in one line stand side by side. */
const LEVELS: readonly (readonly string[])[] = [
  ['process'],
  ['redaction'],
  ['core'],
  ['cloudevents', 'ceph', 'openstack'],
  ['envelopes', 'claims', 'sinks', 'provisioning'],
  ['kit'],
  ['index.ts'],
  ['functions'],
  ['testing'],
  ['hosts'],
  ['relay'],
  ['cli'],
]

/** Each can be deleted as a folder. Beside the product itself, only these may name it: one file of the kit, and the compositions. */
const PRODUCTS = ['ceph', 'openstack', 'provisioning', 'relay']
const MAY_NAME_PRODUCTS = new Set(['index.ts', 'functions', 'testing', 'cli'])

/** Imports between rooms of one level, with the reason. */
const SIDEWAYS: Readonly<Record<string, string>> = {}

/** Violations that stand today. Each list only shrinks. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'do not import from the rooms beside them, but for a reason': [
    'lib/provisioning/custom-resource.ts → lib/envelopes/custom-resource-envelope.ts',
    'lib/provisioning/custom-resource.ts → lib/envelopes/envelope.ts',
    'lib/provisioning/request.ts → lib/envelopes/custom-resource-envelope.ts',
    'lib/provisioning/resource.ts → lib/envelopes/custom-resource-envelope.ts',
  ],
  'openstack has one file in the kit at most': ['lib/kit/openstack.ts', 'lib/kit/openstack-function.ts'],
  // Rules and functions share RGW's names of events.
  'ceph is named by the kit, functions/, the command and the public face alone': [
    'lib/provisioning/document/desired-checks.ts → lib/ceph/ceph-event-names.ts',
    'lib/provisioning/document/rule.ts → lib/ceph/ceph-event-names.ts',
  ],
  'ceph has one file in the kit at most': ['lib/kit/ceph.ts', 'lib/kit/ceph-function.ts', 'lib/kit/stored-object.ts'],
  'provisioning has one file in the kit at most': [
    'lib/kit/ceph.ts',
    'lib/kit/provisioner-function.ts',
    'lib/kit/stored-object.ts',
  ],
  'that bear the name of a file stand where that file stands': ['test/provisioning/document/secrets.test.ts'],
}

type Source = { readonly path: string; readonly text: string; readonly imports: readonly string[] }

const typescriptIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort()

const IMPORT = /(?:\bfrom|\bimport\(|^import) ?'(\.[^']+)'/gm

const read = (path: string): Source => {
  const text = readFileSync(join(root, path), 'utf8')
  const imports = [...text.matchAll(IMPORT)].map(([, target = '']) => relative(root, join(root, dirname(path), target)))
  return { path, text, imports }
}

const lib = typescriptIn('lib').map(read)
const functions = typescriptIn('functions').map(read)

/** `lib/ceph/decode-ceph.ts` is in the room `ceph`, `lib/index.ts` and `functions/` are rooms of their own. */
const roomOf = (path: string): string => {
  const [top = '', room = ''] = path.split('/')
  return top === 'lib' ? room : top
}
const levelOf = (room: string): number => LEVELS.findIndex((rooms) => rooms.includes(room))

const arrows = [...lib, ...functions].flatMap(({ path, imports }) =>
  imports
    .map((target) => ({ path, target, from: roomOf(path), to: roomOf(target) }))
    .filter(({ from, to }) => from !== to),
)
const arrowText = ({ path, target }: { readonly path: string; readonly target: string }): string =>
  `${path} → ${target}`

/** Fails with what is new. */
const holds = (rule: string, violations: readonly string[]): void => {
  const known = new Set(KNOWN[rule])
  assert.deepEqual([...new Set(violations)].filter((violation) => !known.has(violation)).sort(), [])
}

const ruleTest = (rule: string, violations: () => readonly string[]): void => {
  test(rule, () => holds(rule, violations()))
}

describe('the rooms of lib/', () => {
  ruleTest('all stand in the list of levels', () =>
    [...new Set(lib.map(({ path }) => roomOf(path)))].filter((room) => levelOf(room) === -1),
  )

  ruleTest('import from the levels below only', () =>
    arrows.filter(({ from, to }) => levelOf(to) > levelOf(from)).map(arrowText),
  )

  ruleTest('do not import from the rooms beside them, but for a reason', () =>
    arrows
      .filter(({ from, to }) => levelOf(to) === levelOf(from) && SIDEWAYS[`${from} → ${to}`] === undefined)
      .map(arrowText),
  )

  ruleTest('are the only folders that lib/ knows: what stands outside is functions/', () =>
    arrows.filter(({ to }) => levelOf(to) === -1).map(arrowText),
  )
})

describe('a product can be deleted as a folder', () => {
  for (const product of PRODUCTS) {
    const naming = arrows.filter(({ to }) => to === product)

    ruleTest(`${product} is named by the kit, functions/, the command and the public face alone`, () =>
      naming.filter(({ from }) => from !== 'kit' && !MAY_NAME_PRODUCTS.has(from)).map(arrowText),
    )

    ruleTest(`${product} has one file in the kit at most`, () => {
      const files = new Set(naming.filter(({ from }) => from === 'kit').map(({ path }) => path))
      return files.size > 1 ? [...files] : []
    })
  }
})

describe('the files of lib/', () => {
  ruleTest('have names that occur once', () => {
    const names = Map.groupBy(lib, ({ path }) => basename(path))
    names.delete('index.ts')
    return [...names.values()]
      .filter(({ length }) => length > 1)
      .map((files) => files.map(({ path }) => path).join(', '))
  })

  ruleTest('have 200 lines at most, or begin with `// Generated by …` or `// Over 200 lines because …`', () =>
    lib
      .filter(({ text }) => text.split('\n').length > 201 && !/^\/\/ (Generated by|Over 200 lines because) /.test(text))
      .map(({ path }) => path),
  )

  ruleTest('do without the type any', () =>
    lib
      .filter(({ text }) => /(?:: |\bas |<|\| |, )any\b(?! [a-z])/.test(withoutComments(text)))
      .map(({ path }) => path),
  )

  ruleTest('ask for the code of a TidingsError, not for its class', () => {
    const classes = lib.flatMap(({ text }) =>
      [...text.matchAll(/class (\w+) extends TidingsError/g)].map(([, name]) => name),
    )
    const asking = new RegExp(`instanceof (TidingsError|${classes.join('|')})\\b`)
    return lib.filter(({ text }) => asking.test(text)).map(({ path }) => path)
  })
})

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'/g, '')

describe('the files of test/', () => {
  const rooms = new Set(lib.map(({ path }) => roomOf(path)))
  const tests = typescriptIn('test').filter((path) => path.endsWith('.test.ts'))

  ruleTest('stand in folders that lib/ has too, where their room is one of lib/', () =>
    tests
      .filter((path) => rooms.has(path.split('/')[1] ?? ''))
      .map((path) => dirname(path))
      .filter((folder) => !existsSync(join(root, folder.replace(/^test/, 'lib')))),
  )

  ruleTest('that bear the name of a file stand where that file stands', () => {
    const folders = Map.groupBy(
      lib.map(({ path }) => path),
      (path) => basename(path, '.ts'),
    )
    return tests.filter((path) => {
      const files = folders.get(basename(path, '.test.ts'))
      const isOfRoom = rooms.has(path.split('/')[1] ?? '')
      return isOfRoom && files !== undefined && !files.some((file) => dirname(file).slice(3) === dirname(path).slice(4))
    })
  })
})
