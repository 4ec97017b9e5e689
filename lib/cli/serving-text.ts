import { styleText } from 'node:util'
import type { ServingReport } from './serve-worker.ts'

const SAMPLES = {
  ceph: 'ceph ObjectCreated:Put --bucket photos --key in/a.jpg',
  openstack: 'openstack compute.instance.create.end',
} as const

/** Tells a person where functions are served and how to try one. */
export const servingText = ({ port, names, product }: ServingReport, watch: boolean): string => {
  const origin = `http://127.0.0.1:${port}`
  const places = names.map((name) => ({ name, url: names.length === 1 ? origin : `${origin}/${name}` }))
  const to = places[0]?.url === 'http://127.0.0.1:8080' ? '' : ` --to ${places[0]?.url}`
  return [
    ...places.map(({ name, url }) => `${name} is served at ${styleText('bold', url)}`),
    `Try it: ${styleText('bold', `npx --no-install tidings send ${SAMPLES[product]}${to}`)}`,
    `${watch ? 'A changed file is loaded at once. ' : ''}Ctrl-C ends it.`,
  ].join('\n')
}
