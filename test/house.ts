// The rooms and the products, for the tests of the house.

/** From the ground up. A room may import from every level below its own; rooms in one line stand side by side. */
export const LEVELS: readonly (readonly string[])[] = [
  ['process'],
  ['redaction', 'documents'],
  ['core'],
  ['cloudevents', 'ceph', 'openstack', 'gateway'],
  ['envelopes', 'claims', 'sinks'],
  ['provisioning'],
  ['kit'],
  ['index.ts'],
  ['functions'],
  ['testing'],
  ['hosts'],
  ['relay'],
  ['cli'],
]

/**
 * Each can be deleted as a folder, with these files of the kit. Otherwise only the compositions name it: the public face,
 * functions/, the samples and the command.
 */
export const PRODUCTS: Readonly<Record<string, readonly string[]>> = {
  ceph: ['ceph.ts', 'ceph-function.ts', 'stored-object.ts'],
  openstack: ['openstack.ts', 'openstack-function.ts'],
  // An object is read with the client of the gateway.
  provisioning: ['provisioner-function.ts', 'ceph.ts', 'stored-object.ts'],
  relay: [],
}
/** These name products: without one, its lines go. */
export const COMPOSITIONS: ReadonlySet<string> = new Set(['index.ts', 'functions', 'testing', 'cli'])
/** Rules and functions share RGW's names of events. */
export const SHARED = new Set(['lib/ceph/ceph-event-names.ts'])
