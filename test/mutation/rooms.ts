/** A room to try mutants in: globs, from the root, of the code to change and of the tests that should notice. */
export interface Room {
  readonly mutate: readonly string[]
  readonly tests: string
}

/** The unit tests alone, because tests that start services or processes would take seconds for each mutant. */
const unit = '!(*.live|*.slow|*.tentacle|*.platform).test.ts'

export const ROOMS: Readonly<Record<string, Room>> = {
  core: { mutate: ['lib/core/**/*.ts'], tests: `test/core/**/${unit}` },
  ceph: { mutate: ['lib/ceph/**/*.ts'], tests: `test/ceph/**/${unit}` },
  // The catalogue is data, made by scripts/catalogue.ts. Its tests and those of the docs compare files, which mutants change. Those of
  // the envelopes and of the redaction read every message many times, and notice little else of this room.
  openstack: {
    mutate: ['lib/openstack/**/*.ts', '!lib/openstack/catalogue/*.ts'],
    tests: 'test/{openstack/{!(docs|envelopes|redaction-*|*.live),describing/!(*.live)},kit/openstack}.test.ts',
  },
  redaction: {
    mutate: ['lib/redaction/**/*.ts'],
    tests: `test/redaction/**/${unit}`,
  },
  envelopes: { mutate: ['lib/envelopes/**/*.ts'], tests: `test/envelopes/**/${unit}` },
  plan: { mutate: ['lib/provisioning/plan/*.ts'], tests: `test/provisioning/plan/${unit}` },
  acks: { mutate: ['lib/relay/consuming/*.ts'], tests: `test/relay/consuming/${unit}` },
}
