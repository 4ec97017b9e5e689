import { readConfig } from '../../lib/kit/config.ts'
import { cephProvisioner } from '../../lib/kit/provisioner-function.ts'
import { readRgwConfig } from '../../lib/provisioning/provisioning-settings.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import type { Kind, Kinds } from './growth.ts'

const KIB = 1024
const environment = {
  ALLOW_ANONYMOUS: 'true',
  // Nobody listens there: what is well-formed ends at the first request.
  RGW_ENDPOINT: 'http://127.0.0.1:9',
  RGW_ACCESS_KEY: 'key',
  RGW_SECRET_KEY: 'secret',
  RGW_ATTEMPTS: '1',
}
const handler = cephProvisioner(readConfig(environment), readRgwConfig(environment))
const run: Kind['run'] = (body) => handler(functionUrlEvent({ body }), {})

/** A document after `action: plan`, whose length is a multiple of that of a text. */
const repeated =
  (text: string, start = '', end = '') =>
  (scale: number): string =>
    `action: plan\ndesired: ${start}${text.repeat((scale * 250 * KIB) / text.length)}${end}`

const keys = (scale: number): string[] => Array.from({ length: scale * 2500 }, (_, index) => `key${index}`)
const topics = (scale: number, endpoint: string): object[] =>
  Array.from({ length: scale * 2000 }, (_, index) => ({ name: `topic-${index}`, endpoint }))

const documents: Readonly<Record<string, (scale: number) => string>> = {
  'keys of a block mapping': (scale) =>
    keys(scale)
      .map((key) => `${key}: v\n`)
      .join(''),
  'keys of a flow mapping': (scale) => `{${keys(scale).map((key) => `${key}: v`)}}`,
  'keys of a JSON object': (scale) => JSON.stringify(Object.fromEntries(keys(scale).map((key) => [key, 'v']))),
  'settings that there are not': (scale) =>
    JSON.stringify({ action: 'plan', desired: Object.fromEntries(keys(scale).map((key) => [key, 'v'])) }),
  'topics with a fault each': (scale) =>
    JSON.stringify({ action: 'plan', desired: { topics: topics(scale, 'ftp://h') } }),
  'topics with one name': (scale) =>
    JSON.stringify({
      action: 'plan',
      desired: { topics: topics(scale, 'http://h').map((topic) => ({ ...topic, name: 'one' })) },
    }),
  'many topics': (scale) => JSON.stringify({ action: 'plan', desired: { topics: topics(scale, 'http://h') } }),
  'one long text': (scale) =>
    JSON.stringify({ action: 'plan', desired: { topics: [{ name: 't', endpoint: 'a'.repeat(scale * 250 * KIB) }] } }),
  'references that do not end': (scale) =>
    JSON.stringify({
      action: 'plan',
      desired: { topics: [{ name: 't', endpoint: `\${env:`.repeat(scale * 40 * KIB) }] },
    }),
  'flow sequences in each other': repeated('['),
  'JSON arrays in each other': (scale) => '['.repeat(scale * 125 * KIB) + ']'.repeat(scale * 125 * KIB),
  'flow mappings in each other': repeated('{a: '),
  'block sequences in each other': repeated('- ', '\n'),
  'explicit keys': repeated('? '),
  'aliases of aliases': (scale) =>
    Array.from({ length: scale * 10 }, (_, i) => `a${i}: &a${i} [${`*a${i - 1},`.repeat(i && 9)} x]\n`).join(''),
  aliases: repeated('*a, ', '\n  - &a x\n  - [', ']'),
  anchors: repeated('&a x, ', '[', ']'),
  tags: repeated('!a '),
  'escapes that there are not': repeated('\\x', '"', '"'),
  'a text that does not end': repeated('\\', '"'),
  'folded lines': repeated(' a\n\n', '>\n'),
  'quoted lines': repeated(' a\n\n', '"', '"'),
  comments: repeated('#\n', '\n'),
  'empty documents': repeated('---\n', '\n'),
  colons: repeated(':'),
  commas: repeated(',', '[', ']'),
  'closing brackets': repeated(']'),
  directives: (scale) => '%\n'.repeat(scale * 125 * KIB),
}

export const kinds: Kinds = Object.fromEntries(
  Object.entries(documents).map(([name, make]) => [name, { make: (scale: number) => Buffer.from(make(scale)), run }]),
)
