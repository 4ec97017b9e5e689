// npm run configuration: the tables in docs/configuration.md, from the tables of settings.
import { readFileSync, writeFileSync } from 'node:fs'
import { CEPH_SETTINGS } from '../lib/ceph/ceph-settings.ts'
import { HOST_SETTINGS } from '../lib/hosts/host-settings.ts'
import { FUNCTION_SETTINGS } from '../lib/kit/config.ts'
import { OPENSTACK_SETTINGS } from '../lib/openstack/openstack-settings.ts'
import type { Setting, Table } from '../lib/process/settings.ts'
import { PROVISIONING_SETTINGS } from '../lib/provisioning/provisioning-settings.ts'
import { RELAY_SETTINGS, VARIABLE_OF_FLAG } from '../lib/relay/settings/relay-settings.ts'
import { BROKER_SETTINGS, flagOf, SOURCE_SETTINGS } from '../lib/relay/settings/source-settings.ts'

/** Each fills the place in the document that bears its name. */
export const tables: Readonly<Record<string, { readonly table: Table; readonly hasFlags?: true }>> = {
  'every function': { table: FUNCTION_SETTINGS },
  ceph: { table: CEPH_SETTINGS },
  openstack: { table: OPENSTACK_SETTINGS },
  provisioner: { table: PROVISIONING_SETTINGS },
  host: { table: HOST_SETTINGS },
  broker: { table: BROKER_SETTINGS, hasFlags: true },
  sources: { table: SOURCE_SETTINGS, hasFlags: true },
  relay: { table: RELAY_SETTINGS, hasFlags: true },
}

const flagCell = (name: string): string => (VARIABLE_OF_FLAG[flagOf(name)] === name ? `\`--${flagOf(name)}\`` : '')

const defaultCell = ({ default: value, otherwise = '' }: Setting): string => {
  const text = String(value ?? '')
  return text === '' ? otherwise : `\`${text}\``
}

const nameCell = (name: string, { rule }: Setting): string =>
  rule.isSecret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``

const rowsOf = (table: Table, hasFlags: boolean): readonly string[][] => [
  ['setting', ...(hasFlags ? ['flag'] : []), 'must be', 'default', 'meaning'],
  ...Object.entries(table).map(([name, setting]) => [
    nameCell(name, setting),
    ...(hasFlags ? [flagCell(name)] : []),
    setting.rule.expected,
    defaultCell(setting),
    setting.meaning,
  ]),
]

const tableText = (table: Table, hasFlags: boolean): string => {
  const [head = [], ...rows] = rowsOf(table, hasFlags)
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const PLACE = /(<!-- settings: (.*?) -->\n)[\s\S]*?(\n<!-- end of settings -->)/g

/**
 * The document with its tables made anew.
 *
 * @throws Error for a place that no table is for, or a table that has no place
 */
export const withTables = (document: string): string => {
  const filled: string[] = []
  const text = document.replace(PLACE, (_whole, begin: string, name: string, end: string) => {
    const given = tables[name]
    if (given === undefined) throw new Error(`docs/configuration.md has a place for '${name}', and no table is for it`)
    filled.push(name)
    return `${begin}\n${tableText(given.table, given.hasFlags ?? false)}\n${end}`
  })
  const missing = Object.keys(tables).filter((name) => !filled.includes(name))
  if (missing.length > 0) throw new Error(`docs/configuration.md has no place for ${missing.join(', ')}`)
  return text
}

if (import.meta.main) {
  const document = new URL('../docs/configuration.md', import.meta.url)
  writeFileSync(document, withTables(readFileSync(document, 'utf8')))
}
