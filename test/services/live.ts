export type CephCoordinates = {
  endpoint: string
  accessKey: string
  secretKey: string
  release: string
  /** Path of ceph.conf, for the command line tools. */
  conf: string
}

/**
 * Persistent topics that setup.ts creates first thing. The gateway looks for new queues only every 30 s, so a topic of a
 * test's own costs that much; these cost it once a run. One test each: create it again with the test's push endpoint.
 * persistent-0 is taken by ceph.live.test.ts.
 */
export const persistentTopics = Array.from({ length: 8 }, (_, i) => `persistent-${i}`)

/** The Ceph that setup.ts started for this test run. */
export function ceph(): CephCoordinates {
  const coordinates = process.env.TIDINGS_TEST_CEPH
  if (coordinates === undefined) {
    throw new Error(
      'no Ceph is running for this test: run `npm test`, or `node --test --test-global-setup=test/services/setup.ts <file>`',
    )
  }
  return JSON.parse(coordinates) as CephCoordinates // written by setup.ts
}

/** Whether the gateway is of this release of Ceph or a later one. */
export const isAtLeast = (release: number): boolean => Number.parseInt(ceph().release, 10) >= release
