/** `tidings/testing`: for tests of functions, with any test runner. */

export { type CephSample, type CephSampleEvent, type CephSampleOptions, cephSample } from './ceph-sample.ts'
export { type OpenstackSample, type OpenstackSampleOptions, openstackSample } from './openstack-sample.ts'
