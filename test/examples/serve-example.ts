import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { OpenstackCapture } from '../fixtures.ts'
import { type HostProcess, startHost } from '../host-process.ts'
import { ceph } from '../services/live.ts'
import { createRgwClient, type RgwClient } from '../services/rgw-client.ts'
import * as s3 from '../services/s3.ts'

const TOKEN = 'example-token'

/** Serves an example as `tidings serve` would, in a process of its own. */
export const serveExample = (name: string, environment: Record<string, string> = {}): Promise<HostProcess> =>
  startHost({ ...exampleVariables(name), AUTH_TOKENS: TOKEN, ...environment })

/** The variables that make an example the function of a host or of a relay. */
export const exampleVariables = (name: string): Record<string, string> => ({
  FUNCTION: fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)),
  NODE_OPTIONS: `--import=${new URL('./from-source.ts', import.meta.url).href} --disable-warning=ExperimentalWarning`,
})

/** The gateway of this test run, as an example finds it. */
export const gatewayVariables = (): Record<string, string> => {
  const { endpoint, accessKey, secretKey } = ceph()
  return { RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey }
}

/** Sends a captured notification of OpenStack to a host. Resolves to the status of the answer. */
export const notify = async ({ url }: HostProcess, capture: Pick<OpenstackCapture, 'body'>): Promise<number> => {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${TOKEN}` }
  const answer = await fetch(url, { method: 'POST', headers, body: capture.body })
  return answer.status
}

const topicArns: string[] = []

/**
 * A new bucket whose events the gateway pushes to a host. The topic is not persistent, so that the gateway answers a request once
 * its event is handled.
 */
export const bucketFor = async (bucket: string, { url }: HostProcess): Promise<RgwClient> => {
  const client = createRgwClient(ceph())
  await s3.createBucket(client, bucket)
  const topicArn = await s3.createTopic(client, bucket, { 'push-endpoint': `${url}/?token=${TOKEN}` })
  topicArns.push(topicArn)
  await s3.putNotification(client, bucket, [{ id: bucket, topicArn }])
  return client
}
after(async () => {
  for (const topicArn of topicArns) await s3.deleteTopic(createRgwClient(ceph()), topicArn)
})
