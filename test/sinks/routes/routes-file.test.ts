// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of the document.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type DocumentError, issueText } from '../../../lib/documents/document-issues.ts'
import { hasCode } from '../../../lib/process/errors.ts'
import { readRoutes } from '../../../lib/sinks/routes/read-routes.ts'
import { readRoutesConfig } from '../../../lib/sinks/routes/routes-config.ts'
import { giveRoutes, parseRoutes } from '../../../lib/sinks/routes/routes-file.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { event } from '../contract.ts'

const EXAMPLE = `# comment
routes:
  - when: { type: "com.amazonaws.s3.ObjectCreated:*", source: { suffix: ".photos" }, data: { s3.object.size: { min: 1 } } }
    to: [https://one.example.org/photos, { url: https://example.org/hook, required: false, mode: structured }]
  - when: { any: [ { priority: error }, { kind: identity.authenticate, data: { outcome: failure } } ] }
    to: https://alarms.example.org
  - otherwise: drop
deadLetters: file:///var/lib/tidings/dead-letters.ndjson
`

const faultsOf = (text: string, environment = {}): readonly string[] => {
  try {
    parseRoutes(text, environment)
    return []
  } catch (error) {
    assert.ok(hasCode<DocumentError>(error, 'document_invalid'), String(error))
    return error.issues.map(issueText)
  }
}

test('the message of an empty file shows a line that has no faults', () => {
  const [message = ''] = faultsOf('')
  assert.deepEqual(faultsOf(message.replace('the file is empty: write ', '')), [])
})

/** A document with one route, beside a part of it that is at fault. */
const route = (text: string): string => `routes:\n  - ${text}\n`

// One fault each, with the place where it begins.
const FAULTS: readonly (readonly [string, string])[] = [
  ['', 'the file is empty: write routes: [{ to: https://example.org/events }]'],
  ['# routes:', 'the file is empty: write routes: [{ to: https://example.org/events }]'],
  ['- a', 'the document must be a mapping, got a list'],
  ['route: []', 'line 1, column 1: route: there is no such setting here: write routes'],
  ['routes: {}', 'line 1, column 1: routes: must be a list, got a mapping'],
  ['routes: []', 'line 1, column 1: routes: is empty: write a route such as { to: https://example.org/events }'],
  [
    `${route('to: log')}deadletters: log`,
    'line 3, column 1: deadletters: there is no such setting here: write deadLetters',
  ],
  [
    `${route('to: log')}deadLetter: log`,
    'line 3, column 1: deadLetter: there is no such setting here: write deadLetters',
  ],
  [
    `${route('to: log')}deadLetters: no`,
    'line 3, column 1: deadLetters: must be a URL such as https://example.org/events, or log',
  ],
  [route('when: {}'), 'line 2, column 5: routes.0.to: is missing: write the URL of a sink'],
  [route('wen: {}\n    to: log'), 'line 2, column 5: routes.0.wen: there is no such setting here: write when'],
  [route('match: {}\n    to: log'), 'line 2, column 5: routes.0.match: there is no such setting here: write when'],
  [route('sink: log'), 'line 2, column 5: routes.0.sink: there is no such setting here: write to'],
  [route('to: []'), 'line 2, column 5: routes.0.to: is empty: name a sink'],
  [
    route('to: htps://example.org'),
    'line 2, column 5: routes.0.to: there is no sink for htps: URLs. Did you mean https:?',
  ],
  [route('to: example.org'), 'line 2, column 5: routes.0.to: must be a URL such as https://example.org/events, or log'],
  [
    route('to: logg'),
    'line 2, column 5: routes.0.to: must be a URL such as https://example.org/events, or log. Did you mean log?',
  ],
  [route('to: /var/log/x.ndjson'), 'line 2, column 5: routes.0.to: is a path: write file:///var/log/x.ndjson'],
  [
    route('to: drop'),
    'line 2, column 5: routes.0.to: drop stands after otherwise only: remove the route, or write the URL of a sink',
  ],
  [
    route('otherwise: dropp'),
    'line 2, column 5: routes.0.otherwise: must be drop, or a URL such as https://example.org/events, or log. Did you mean drop?',
  ],
  [
    route('to: [log: ]'),
    'line 2, column 10: routes.0.to.0.log: there is no such setting here: write log without a colon, because YAML reads log: as a mapping',
  ],
  [
    route('to: "file:///x?maxsize=10MB"'),
    "line 2, column 5: routes.0.to: the file: sink has no parameter 'maxsize': use maxSize, rotate, sync. Did you mean maxSize?",
  ],
  [
    route('to: 5'),
    'line 2, column 5: routes.0.to: must be the URL of a sink, or a mapping such as { url: https://example.org/events }, or a list of these, got a number',
  ],
  [route('to: { uri: log }'), 'line 2, column 11: routes.0.to.uri: there is no such setting here: write url'],
  [
    route('to: [log, { url: log, requird: false }]'),
    'line 2, column 27: routes.0.to.1.requird: there is no such setting here: write required',
  ],
  [
    route('to: { url: log, required: "no" }'),
    "line 2, column 21: routes.0.to.required: must be true or false, got 'no'",
  ],
  [
    route('to: { url: http://a, mode: binry }'),
    "line 2, column 26: routes.0.to.mode: must be batch, structured or binary, got 'binry'. Did you mean binary?",
  ],
  [
    route('to: { url: log, mode: batch }'),
    'line 2, column 21: routes.0.to.mode: is for http: and https: only: remove it',
  ],
  [route('to: { url: http://a, timeoutMs: 0 }'), 'line 2, column 26: routes.0.to.timeoutMs: must be 1 or more, got 0'],
  [
    route('to: { url: http://a, retries: 1.5 }'),
    'line 2, column 26: routes.0.to.retries: must be a whole number, got 1.5',
  ],
  [
    route('to: https://x:${env:TOKN}@example.org'),
    'line 2, column 5: routes.0.to: ${env:TOKN} is not set: set the environment variable TOKN',
  ],
  [
    route('to: https://${vault:x}@example.org'),
    'line 2, column 5: routes.0.to: has a reference of an unknown kind: write ${env:NAME}',
  ],
  [
    `${route('otherwise: drop')}  - to: log\n`,
    'line 2, column 5: routes.0.otherwise: is not the last route: move it to the end',
  ],
  [
    route('to: log\n    otherwise: drop'),
    'line 3, column 5: routes.0.otherwise: stands beside when or to: write it as a route of its own, the last one',
  ],
  [
    route('when: { typ: x }\n    to: log'),
    'line 2, column 13: routes.0.when.typ: is not an attribute of an event: write type',
  ],
  [
    route('when: { bucket: photos }\n    to: log'),
    'line 2, column 13: routes.0.when.bucket: is not an attribute of an event: write data: { s3.bucket.name: … }',
  ],
  [
    route('when: { any: [ { not: { eventName: x } } ] }\n    to: log'),
    'line 2, column 29: routes.0.when.any.0.not.eventName: is not an attribute of an event: write type: …',
  ],
  [
    route('when: { My_Name: x }\n    to: log'),
    'line 2, column 13: routes.0.when.My_Name: is not an attribute of an event: attributes have lower-case letters and digits only. Values of the data stand under data',
  ],
  [
    route('when: { type: { sufix: x } }\n    to: log'),
    'line 2, column 21: routes.0.when.type.sufix: there is no such setting here: write suffix',
  ],
  [
    route('when: { data: { s3: { object: { size: 1 } } } }\n    to: log'),
    'line 2, column 27: routes.0.when.data.s3.object: there is no such setting here: use one of exact, prefix, suffix, min, max, exists, any, all, not. The path to a value has dots: s3.object.size',
  ],
  [
    route('when: { data: { s3.object.size: { min: "1" } } }\n    to: log'),
    'line 2, column 39: routes.0.when.data.s3.object.size.min: must be a number, got the text "1": write 1 without quotes',
  ],
  [
    'routes:\n  - to: log\n   when: x',
    'line 3, column 1: cannot be read as YAML or JSON: a quote, a bracket or a separator is missing',
  ],
]

describe('the file of routes', () => {
  test('of the documentation is right, as YAML and as JSON', () => {
    const document = parseRoutes(EXAMPLE, {})
    assert.deepEqual(parseRoutes(JSON.stringify(document), {}), document)
  })

  for (const [text, expected] of FAULTS) {
    test(`of ${JSON.stringify(text)} is told: ${expected}`, () => assert.deepEqual(faultsOf(text), [expected]))
  }

  test('has all its faults told at once, in the order of the text', () => {
    const faults = faultsOf(route('when: { typ: x, bucket: y }\n    to: [nowhere, { url: ftp://x, mode: batch }]'))
    assert.equal(faults.length, 4)
  })

  test('has all its faults told beside an unknown name at its top', () => {
    const faults = faultsOf(`deadletter: log\n${route('to: [nowhere, { url: ftp://x }]')}`)
    assert.equal(faults.length, 3)
    assert.equal(faults[0], 'line 1, column 1: deadletter: there is no such setting here: write deadLetters')
  })

  test('shows no secret of a URL in a fault', () => {
    const faults = faultsOf(route('to: foo://user:s3cret@example.org'), {})
    assert.equal(faults.length, 1)
    assert.doesNotMatch(faults.join(), /s3cret/)
  })

  for (const password of ['123/x', '12#3', '5?x=1', 'p@ss:w%rd', '100%25', 'a\nb', 'ü${x}']) {
    test(`takes the password ${JSON.stringify(password)} as it is, and sends events to the host that the URL names`, () => {
      const document = { routes: [{ to: 'amqp://${env:USER}:${env:PASSWORD}@${env:HOST}/v?exchange=${env:NAME}' }] }
      const environment = { USER: 'a@b', PASSWORD: password, HOST: 'rabbit.example.org:99', NAME: 'a&mode=b' }
      const [target] = readRoutes(document, environment).routes[0]?.targets ?? []
      assert.equal(target?.url.host, 'rabbit.example.org:99')
      assert.equal(decodeURIComponent(target.url.username), 'a@b')
      assert.equal(decodeURIComponent(target.url.password), password)
      assert.deepEqual([...target.url.searchParams], [['exchange', 'a&mode=b']])
    })
  }

  test('refuses __proto__ in a condition, which would be left out and match every event', () => {
    for (const when of ['{"__proto__":"x"}', '{"data":{"__proto__":"x"}}', '{"any":[{"not":{"__proto__":"x"}}]}']) {
      const document = JSON.parse(`{"routes":[{"when":${when},"to":"log:"}]}`)
      assert.throws(() => readRoutes(document, {}), { code: 'document_invalid', message: /__proto__: is not a name/ })
    }
  })

  test('takes a whole URL from a variable', () => {
    const [target] =
      readRoutes({ routes: [{ to: '${env:K_SINK}' }] }, { K_SINK: 'http://a.example.org/b?c=d' }).routes[0]?.targets ??
      []
    assert.equal(target?.url.href, 'http://a.example.org/b?c=d')
  })

  test('says of a URL that a password breaks what to do, without the password', () => {
    assert.throws(() => readRoutes({ routes: [{ to: 'https://x:s3cr/et@example.org' }] }, {}), {
      message: 'routes.0.to: is not a valid URL: percent-encode special characters of names and passwords',
    })
  })

  test('takes what ${env:NAME} names, and shows it to nobody', () => {
    const text = route('to: https://user:${env:TOKEN}@example.org')
    assert.deepEqual(faultsOf(text, { TOKEN: 's3cret' }), [])
    assert.doesNotMatch(JSON.stringify(parseRoutes(text, { TOKEN: 's3cret' })), /s3cret/)
  })
})

describe('the environment', () => {
  const folderWith = (files: Readonly<Record<string, string>>): string => {
    const folder = temporaryFolder()
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return folder
  }

  test('has no routes where there is no file', () => {
    assert.equal(readRoutesConfig({}, temporaryFolder()), undefined)
  })

  test('has the routes of a file in the working folder, which hosts pass on as JSON', async () => {
    const folder = folderWith({ 'tidings.config.yaml': EXAMPLE })
    assert.throws(() => readRoutesConfig({}, folder), /tidings\.config\.yaml must be JSON here/)
    const environment: Record<string, string | undefined> = {}
    await giveRoutes(environment, folder)
    const routes = readRoutesConfig(environment, folder)
    assert.equal(routes?.routes.length, 2)
    assert.equal(routes?.deadLetters?.pathname, '/var/lib/tidings/dead-letters.ndjson')
    assert.equal(routes?.routes[0]?.matches(event('1')), false)
  })

  test('has the routes of the file that TIDINGS_CONFIG names, or its JSON', () => {
    const json = JSON.stringify({ routes: [{ to: 'log:' }] })
    const file = join(folderWith({ 'routes.json': json }), 'routes.json')
    assert.equal(readRoutesConfig({ TIDINGS_CONFIG: file })?.routes.length, 1)
    assert.equal(readRoutesConfig({ TIDINGS_CONFIG: json })?.routes.length, 1)
  })

  test('names the file and the place of each fault', async () => {
    const folder = folderWith({ 'tidings.config.yml': 'routes:\n  - too: log\n' })
    await assert.rejects(giveRoutes({}, folder), {
      code: 'config_invalid',
      message: `${join(folder, 'tidings.config.yml')}: line 2, column 5: routes.0.too: there is no such setting here: write to`,
    })
    assert.throws(() => readRoutesConfig({ TIDINGS_CONFIG: '{"routes":[{}]}' }), {
      message: 'TIDINGS_CONFIG: routes.0.to: is missing: write the URL of a sink',
    })
    assert.throws(() => readRoutesConfig({ TIDINGS_CONFIG: '{' }), { message: 'TIDINGS_CONFIG is not JSON' })
    assert.throws(() => readRoutesConfig({ TIDINGS_CONFIG: '/nowhere.json' }), {
      message: '/nowhere.json cannot be read',
    })
  })
})
