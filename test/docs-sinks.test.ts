// docs/sinks.md: its URLs are such as the settings take, and its tables have every parameter.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { readConfig } from '../lib/kit/config.ts'
import type { Setting, Table } from '../lib/process/settings.ts'
import { openSink } from '../lib/sinks/open-sink.ts'
import { SINK_PARAMETERS } from '../lib/sinks/sink-parameters.ts'
import { SINK_SCHEMES } from '../lib/sinks/sink-schemes.ts'

const document = readFileSync(new URL('../docs/sinks.md', import.meta.url), 'utf8')
const examples = [...document.matchAll(/^(SINK_URL|DEAD_LETTER_URL)=(.+)$/gm)].map(([, name = '', url = '']) => ({
  name,
  url,
}))

describe('docs/sinks.md', () => {
  for (const { name, url } of examples) {
    test(`has an example that the settings and the sink take: ${url.replace(/\?.*/, '')}`, () => {
      const config = readConfig({ [name]: url })
      openSink(name === 'SINK_URL' ? config.sink.url : config.deadLetterUrl, 1, config.sink.options)
    })
  }

  test('names every scheme', () => {
    assert.deepEqual(
      SINK_SCHEMES.filter((scheme) => !document.includes(`\`${scheme}`)),
      [],
    )
  })

  for (const [scheme, table] of Object.entries<Table>(SINK_PARAMETERS)) {
    test(`has every parameter of ${scheme}, as it is checked`, () => {
      assert.deepEqual(
        Object.entries<Setting>(table)
          .map(([name, setting]) => rowOf(name, setting))
          .filter((row) => !document.includes(row)),
        [],
      )
    })
  }
})

const rowOf = (name: string, { rule, default: value, meaning }: Setting): string =>
  `| \`${name}\` | ${rule.expected} |${value === undefined ? '' : ` \`${value}\``} | ${meaning} |`
