/** `tidings/testing`: for tests of functions, with any test runner. */

export { type CephSample, type CephSampleEvent, type CephSampleOptions, cephSample } from './ceph-sample.ts'
export { type OpenstackSample, type OpenstackSampleOptions, openstackSample } from './openstack-sample.ts'
export { type LogEntry, type Notification, type RunOptions, type RunResult, run } from './run-function.ts'
