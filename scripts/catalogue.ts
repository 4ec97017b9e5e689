// npm run catalogue: lib/openstack/catalogue/event-types.tsv → catalogue.ts beside it, and
// docs/openstack-events.md.
import { readFileSync, writeFileSync } from 'node:fs'

/** One line of the table: an event type in one format. */
type Row = {
  readonly service: string
  /** `<x>` stands for whatever the service puts there, `*` for anything. */
  readonly eventType: string
  readonly format: string
  readonly priorities: readonly string[]
  readonly exchange: string
  readonly uncertain: boolean
}

const folder = new URL('../lib/openstack/catalogue/', import.meta.url)
export const catalogueFile = new URL('catalogue.ts', folder)
export const documentFile = new URL('../docs/openstack-events.md', import.meta.url)

export const readRows = (): readonly Row[] => {
  const [, ...lines] = readFileSync(new URL('event-types.tsv', folder), 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [service = '', eventType = '', format = '', priorities = '', exchange = '', uncertain = ''] = line.split('\t')
    const words = priorities.split('|').filter((word) => word !== '')
    return { service, eventType, format, priorities: words, exchange, uncertain: uncertain === 'yes' }
  })
}

/** Libraries that send from whichever service they run in. */
const LIBRARIES = new Set(['keystonemiddleware', 'oslo.messaging', 'osprofiler'])

/** Types alone: nothing of the table is in any bundle. */
export const catalogueTypes = (rows: readonly Row[]): string =>
  [
    '// Written by `npm run catalogue` from event-types.tsv.',
    '',
    '/** By service, the event types it is known to send, and the format of their payloads. */',
    'export type OpenstackCatalogue = {',
    ...[...by(ownRows(rows), 'service')].flatMap(([service, ofService]) => [
      `  readonly ${property(service)}: {`,
      ...properties(ofService).map((line) => `  ${line}`),
      '  }',
    ]),
    '}',
    '',
    '/** What libraries send from within any service. */',
    'export type OpenstackLibraryCatalogue = {',
    ...properties(rows.filter(({ service }) => LIBRARIES.has(service))),
    '}',
    '',
  ].join('\n')

const ownRows = (rows: readonly Row[]): readonly Row[] => rows.filter(({ service }) => !LIBRARIES.has(service))

const properties = (rows: readonly Row[]): readonly string[] =>
  [...by(rows, 'eventType')].map(
    ([eventType, same]) =>
      `  readonly ${property(eventType)}: ${[...by(same, 'format').keys()].map(quoted).join(' | ')}`,
  )

export const catalogueDocument = (rows: readonly Row[]): string =>
  [
    '# OpenStack events',
    '',
    'What OpenStack services are known to send, by service. A notification of the type `instance.create.end` by nova becomes an',
    'event of the type `org.openstack.nova.instance.create.end`, with `_` for a blank. What is not listed becomes an event all',
    "the same: the list serves editors (`isEvent`) and people. It was collected from the services' sources, documents and",
    'sample notifications in 2026, and the tests hold captured notifications against it.',
    '',
    '- **format**: `legacy` (a plain object, text or list), `versioned` (`nova_object.*` and its like), `cadf` (CADF audit events).',
    '- **exchange**: the default of `control_exchange`; a deployment may set another. keystonemiddleware, oslo.messaging and',
    '  osprofiler are libraries: they send from within a service, by its exchange, and the event bears the name of that service.',
    '- **?**: uncertain. The name was inferred, or stands only in code that was removed or archived.',
    '- `<x>` stands for a name that the service puts in, `*` for anything.',
    ...[...by(rows, 'service')].flatMap(([service, ofService]) => [
      '',
      `## ${service}`,
      '',
      '| event type | format | priority | exchange | |',
      '|---|---|---|---|---|',
      ...ofService.map(
        ({ eventType, format, priorities, exchange, uncertain }) =>
          `| \`${eventType}\` | ${format} | ${priorities.join(', ')} | ${exchange} | ${uncertain ? '?' : ''} |`,
      ),
    ]),
    '',
    'This page is written by `npm run catalogue` from `lib/openstack/catalogue/event-types.tsv`.',
    '',
  ].join('\n')

const by = (rows: readonly Row[], name: 'service' | 'eventType' | 'format'): Map<string, Row[]> =>
  Map.groupBy(rows, (row) => row[name])

// A placeholder becomes a template, which stands for every name that fits.
const property = (name: string): string => {
  const template = name.replace(/<[^>]*>|\*/g, `\${string}`)
  if (template !== name) return `[name: \`${template}\`]`
  return /^[A-Za-z_]\w*$/.test(name) ? name : quoted(name)
}

const quoted = (text: string): string => `'${text}'`

if (import.meta.main) {
  const rows = readRows()
  writeFileSync(catalogueFile, catalogueTypes(rows))
  writeFileSync(documentFile, catalogueDocument(rows))
}
