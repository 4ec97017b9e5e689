// What a person reads where something is wrong, one row each: from a real gateway, and from stand-ins for what is not a gateway.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runInProcess } from '../cli/in-process.ts'
import { gatewayVariables } from '../cli/spawned.ts'
import { makeSelfSigned } from '../services/certificates.ts'
import { ceph, isAtLeast } from '../services/live.ts'
import { freePorts } from '../services/ports.ts'
import { startDaemon } from '../services/processes.ts'
import { untilAnswering } from '../services/until-answering.ts'
import { openGateway } from './gateway.ts'

const directory = await mkdtemp(join(tmpdir(), 'words-'))
after(() => rm(directory, { recursive: true, force: true }))
const [gateway, other] = [await openGateway(), await openGateway()]

const named = await makeSelfSigned(directory, 'DNS:rgw.example.org', 2)
const expired = await makeSelfSigned(directory, 'IP:127.0.0.1', -1)
const [plain = 0, tls = 0, late = 0] = await freePorts(3)

/** Another gateway of the cluster, with TLS and with a name of its own. */
const startNamedGateway = async (): Promise<void> => {
  const tlsOn = (port: number, { key, certificate }: typeof named.paths) =>
    `ssl_endpoint=127.0.0.1:${port} ssl_certificate=${certificate} ssl_private_key=${key}`
  const frontends = `beast endpoint=127.0.0.1:${plain} ${tlsOn(tls, named.paths)}, beast ${tlsOn(late, expired.paths)}`
  const settings = ['--rgw-frontends', frontends, '--rgw-dns-name', 'rgw.example.org']
  const args = ['--conf', ceph().conf, '-n', 'client.rgw', '-f', ...settings, '--log-file', join(directory, 'log')]
  const daemon = startDaemon('radosgw', args, join(directory, 'out'))
  after(() => daemon.stop())
  await untilAnswering(`http://127.0.0.1:${plain}`, daemon.exited)
}
await startNamedGateway()

const standIn = async (status: number, type: string, body: string): Promise<string> => {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A string only for pipes.
}

const TOPIC = '{ name: words, endpoint: "http://127.0.0.1:9/" }'
const ruleWith = (settings: string) =>
  `topics: [${TOPIC}]\nbuckets: [{ name: words, create: true, rules: [{ id: r, topic: words, ${settings} }] }]`

type Row = {
  readonly seen: string
  readonly says: RegExp
  readonly env?: Readonly<Record<string, string>>
  readonly document?: string
}

const theirs = await other.rgw.createTopic('words-theirs', new Map([['push-endpoint', 'http://127.0.0.1:9/']]))

const rows: Row[] = [
  {
    seen: 'a certificate for another name',
    env: { RGW_ENDPOINT: `https://127.0.0.1:${tls}`, RGW_CA_FILE: named.paths.certificate },
    says: /rgw_unavailable: .*its certificate is for rgw\.example\.org and not for 127\.0\.0\.1: use a name of the certificate/,
  },
  {
    seen: 'a certificate that has expired',
    env: { RGW_ENDPOINT: `https://127.0.0.1:${late}`, RGW_CA_FILE: expired.paths.certificate },
    says: /rgw_unavailable: .*its certificate expired on \w{3} .* GMT: renew it, or correct the clock here$/m,
  },
  {
    seen: 'RGW_CA_FILE holds a key only',
    env: { RGW_ENDPOINT: `https://127.0.0.1:${tls}`, RGW_CA_FILE: named.paths.key },
    says: /config_invalid: RGW_CA_FILE \(--ca-file\) must name the file of the CA's certificate .* has a key and no certificate$/m,
  },
  {
    seen: 'a dashboard that answers 200 with HTML',
    env: { RGW_ENDPOINT: await standIn(200, 'text/html', '<!DOCTYPE html>\n<html><body>Ceph</body></html>') },
    says: /rgw_refused: .* is not an S3 gateway, it answered 200 with HTML: use the URL of the RADOS Gateway itself/,
  },
  {
    seen: 'a proxy that answers 200 with JSON',
    env: { RGW_ENDPOINT: await standIn(200, 'application/json', '{"status":"ok"}') },
    says: /rgw_refused: .* is not an S3 gateway, it answered 200 with JSON: use the URL of the RADOS Gateway itself/,
  },
  {
    seen: 'not a gateway at all',
    env: { RGW_ENDPOINT: await standIn(404, 'text/plain', 'page not found') },
    says: /rgw_refused: .* is not an S3 gateway, it answered 404 with text: use the URL of the RADOS Gateway itself/,
  },
  {
    seen: 'TopicArn in a rule',
    document: ruleWith('TopicArn: x'),
    says: /line 2, column \d+: buckets\.0\.rules\.0\.TopicArn: there is no such setting here: write topic$/m,
  },
  {
    seen: 'Id in a rule',
    document: ruleWith('Id: x'),
    says: /rules\.0\.Id: there is no such setting here: write id$/m,
  },
  {
    seen: 'Filter in a rule',
    document: ruleWith('Filter: {}'),
    says: /rules\.0\.Filter: there is no such setting here: write filter$/m,
  },
  {
    seen: 'brokers in one endpoint',
    document: 'topics: [{ name: kb, endpoint: "kafka://b1:9092,b2:9092,b3:9092" }]',
    says: /topics\.0\.endpoint: .*the others as a list in brokers/,
  },
  {
    seen: 'two YAML documents',
    document: `topics: [${TOPIC}]\n---\ntopics: []`,
    says: /line 2, column 1: there are several documents, .*keep one of them\. Resources of Rook .*: tidings provision import -f <file>$/m,
  },
  {
    seen: 'one event that the gateway does not know',
    document: ruleWith('events: ["ObjectRestore:Delete"]'),
    says: /likely an event that this release does not know: .*ObjectRestore:Delete[\s\S]*the gateway would refuse this again: change the document or the permissions first/,
  },
  {
    seen: 'a bucket name that RGW does not create',
    document: ruleWith('').replace('name: words, create', 'name: Bad_Name, create'),
    says: /desired_unmet: .*nothing was sent\n.*RGW does not create a bucket of this name: use 3 to 63 lower-case letters/,
  },
  {
    seen: 'a wrong secret key',
    env: { RGW_SECRET_KEY: 'wrong' },
    says: /rgw_refused: ListTopics: 403 SignatureDoesNotMatch: the secret key does not belong to access key \S+: correct it$/m,
  },
]

/** Before 19 a topic belongs to its whole tenant. */
const ofLater: Row[] = [
  {
    seen: "403 on another user's topic",
    document: `topics: [{ name: words-theirs, endpoint: "http://127.0.0.1:9/" }]`,
    says: /CreateTopic of topic words-theirs: 403 .*the topic belongs to another user: choose another name[\s\S]*the gateway would refuse this again/,
  },
  {
    seen: "settings of another user's topic",
    document: `topics: [{ name: "${theirs}", opaqueData: x }]`,
    says: /desired_unmet: .*nothing was sent\n.*its policy does not let this user read its settings: ask its owner/,
  },
]

/** Later releases answer a host that they do not know. */
const ofOlder: Row[] = [
  {
    seen: 'a host that is not rgw_dns_name',
    env: { RGW_ENDPOINT: `http://localhost:${plain}` },
    says: /rgw_refused: ListTopics: 501 .*the gateway took the host name localhost for the name of a bucket: use a host name that it knows/,
  },
]

for (const { seen, env = {}, document = `topics: [${TOPIC}]`, says } of [
  ...rows,
  ...(isAtLeast(19) ? ofLater : ofOlder),
]) {
  test(`${seen}: the sentence says what to do`, async () => {
    const given = { env: { ...gatewayVariables(gateway.connection), RGW_ATTEMPTS: '1', ...env }, stdin: document }
    const { code, stdout, stderr } = await runInProcess(['provision', 'apply', '-f', '-'], given)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, says)
    assert.doesNotMatch(stderr, / is none|wrong\b/)
  })
}

test('verify that holds says that everything is as the document says', async () => {
  const given = { env: gatewayVariables(gateway.connection), stdin: ruleWith('') }
  assert.equal((await runInProcess(['provision', 'apply', '-f', '-'], given)).code, 0)
  const { code, stdout } = await runInProcess(['provision', 'verify', '-f', '-'], given)
  assert.deepEqual([code, stdout], [0, 'verified: everything is as the document says\n'])
})
