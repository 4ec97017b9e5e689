import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cfnLint } from './install.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../', import.meta.url))
const manifest = createRequire(import.meta.url).resolve('serverless/package.json')
const serverless = `${dirname(manifest)}/bin/serverless.js`

type Resource = {
  readonly Type: string
  readonly Condition?: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of it, it asserts on
  readonly Properties: any
}
type Template = { readonly Resources: Readonly<Record<string, Resource>>; readonly Conditions: object }
type Packaged = { readonly folder: string; readonly template: Template; readonly file: string }

/** `serverless package` in a folder that holds serverless.yml and the bundles, without an account or a network. */
const pack = async (...args: readonly string[]): Promise<Packaged> => {
  const folder = mkdtempSync(`${tmpdir()}/tidings-package-`)
  mkdirSync(`${folder}/dist`)
  copyFileSync(`${root}serverless.yml`, `${folder}/serverless.yml`)
  for (const name of readdirSync(`${root}dist`).filter((file) => file.endsWith('.cjs'))) {
    copyFileSync(`${root}dist/${name}`, `${folder}/dist/${name}`)
  }
  await run(process.execPath, [serverless, 'package', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
  })
  const file = `${folder}/.serverless/cloudformation-template-update-stack.json`
  return { folder, file, template: JSON.parse(readFileSync(file, 'utf8')) }
}

const ofType = ({ template }: Packaged, type: string): [id: string, resource: Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)

/** Every name that CloudFormation is told, and would have to be the only one of its kind. */
const NAMES =
  /^(FunctionName|RoleName|QueueName|BucketName|TableName|AlarmName|LogGroupName|TopicName|Name|SecretName)$/
const CHOSEN = new Set(['AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::ApiGatewayV2::Api'])
const explicitNames = ({ template }: Packaged): string[] =>
  Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
    Object.entries(Properties)
      .filter(([name, value]) => NAMES.test(name) && typeof value === 'string')
      .map(([name, value]) => `${id} ${Type} ${name} ${value}`),
  )

describe('serverless.yml, packaged without an account', () => {
  const packaged: Packaged[] = []
  const stage = (index: number): Packaged => packaged[index] as Packaged // Both are made before any test.
  before(async () => {
    for (const name of ['one', 'two']) packaged.push(await pack('--stage', name))
  })
  after(() => {
    for (const { folder } of packaged) rmSync(folder, { recursive: true })
  })

  test('passes cfn-lint', async () => {
    // W3005: a DependsOn more than is needed, which the framework writes.
    const { stdout } = await run(cfnLint, ['--ignore-checks', 'W3005', '--', stage(0).file])
    assert.equal(stdout, '')
  })

  test('gives two stages no name in common', () => {
    const [one, two] = [explicitNames(stage(0)), explicitNames(stage(1))]
    assert.ok(one.length >= CHOSEN.size)
    // The API's stage is of its own API.
    const both = one.filter((name) => two.includes(name) && !name.includes('AWS::ApiGatewayV2::Stage'))
    assert.deepEqual(both, [])
  })

  test('packs each function’s bundle and what it may read, and nothing else', async () => {
    const zips = readdirSync(`${stage(0).folder}/.serverless`).filter((file) => file.endsWith('.zip'))
    const list = 'import json, sys, zipfile; print(json.dumps([zipfile.ZipFile(z).namelist() for z in sys.argv[1:]]))'
    const paths = zips.map((zip) => `${stage(0).folder}/.serverless/${zip}`)
    const { stdout } = await run('python3', ['-c', list, ...paths])
    const parts = ['bzip2', 'claims', 'routes', 'sinks'].map((part) => `dist/part-${part}.cjs`)
    assert.deepEqual(Object.fromEntries(zips.map((zip, index) => [zip, JSON.parse(stdout)[index]])), {
      'cephNotifications.zip': ['dist/ceph-notifications.cjs', ...parts],
      'cephProvisioner.zip': ['dist/ceph-provisioner.cjs', ...parts, 'dist/part-yaml.cjs'],
      'openstackNotifications.zip': ['dist/openstack-notifications.cjs', ...parts],
    })
    for (const path of paths) assert.ok(statSync(path).size < 300_000, path)
  })

  test('makes the same zips again', () => {
    for (const zip of readdirSync(`${stage(0).folder}/.serverless`).filter((file) => file.endsWith('.zip'))) {
      const [one, two] = [stage(0), stage(1)].map(({ folder }) => readFileSync(`${folder}/.serverless/${zip}`))
      assert.ok(two && one?.equals(two), zip)
    }
  })

  test('runs every function on Node.js 24, on Arm unless told otherwise, in a bundle that is there', () => {
    const functions = ofType(stage(0), 'AWS::Lambda::Function').map(([, { Properties }]) => Properties)
    assert.deepEqual(
      functions.map(({ FunctionName, Handler, Runtime, Architectures }) => [
        FunctionName,
        Handler,
        Runtime,
        Architectures,
      ]),
      ['ceph-notifications', 'openstack-notifications', 'ceph-provisioner'].map((name) => [
        `tidings-one-${name}`,
        `dist/${name}.handler`,
        'nodejs24.x',
        ['arm64'],
      ]),
    )
  })

  test('runs the provisioner once at a time, and the others as often as they are called', () => {
    const functions = ofType(stage(0), 'AWS::Lambda::Function').map(([, { Properties }]) => Properties)
    assert.deepEqual(
      functions.map(({ Handler, ReservedConcurrentExecutions: limit }) => [Handler, limit]),
      [
        ['dist/ceph-notifications.handler', undefined],
        ['dist/openstack-notifications.handler', undefined],
        ['dist/ceph-provisioner.handler', 1],
      ],
    )
  })

  test('has the functions that answer for single messages asked for them', () => {
    const mappings = ofType(stage(0), 'AWS::Lambda::EventSourceMapping')
    const answers = Object.fromEntries(
      mappings.map(([id, { Properties, Condition }]) => [id, [Condition, Properties.FunctionResponseTypes]]),
    )
    const asked = ['ReportBatchItemFailures']
    assert.deepEqual(answers, {
      CephRabbitmq: ['CephFromRabbitmq', undefined],
      OpenstackRabbitmq: ['OpenstackFromRabbitmq', undefined],
      CephKafka: ['CephFromKafka', asked],
      OpenstackKafka: ['OpenstackFromKafka', asked],
      CephSqs: ['WithQueues', asked],
      OpenstackSqs: ['WithQueues', asked],
    })
    // Kafka's answers are read of provisioned pollers alone.
    for (const [id, { Properties }] of mappings)
      assert.equal('ProvisionedPollerConfig' in Properties, id.endsWith('Kafka'))
  })

  test('hides a message for six times as long as its function may take', () => {
    const { Resources } = stage(0).template
    const seconds = (id: string): number => Resources[id]?.Properties.Timeout
    assert.deepEqual(
      [Resources.CephQueue?.Properties.VisibilityTimeout, Resources.OpenstackQueue?.Properties.VisibilityTimeout],
      [6 * seconds('CephNotificationsLambdaFunction'), 6 * seconds('OpenstackNotificationsLambdaFunction')],
    )
  })

  test('gives each function a role of its own, which names what it may reach', () => {
    const functions = ofType(stage(0), 'AWS::Lambda::Function')
    const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties.Role))
    assert.equal(new Set(roles).size, functions.length)
    const text = JSON.stringify([...ofType(stage(0), 'AWS::IAM::Role'), ...ofType(stage(0), 'AWS::IAM::Policy')])
    assert.doesNotMatch(text, /"[a-z-]+:\*"|"Action":"\*"/)
    // Network interfaces of Lambda have no names beforehand; all else has.
    const statements = [...text.matchAll(/"Action":(\[[^\]]*\]|"[^"]*"),"Resource":"\*"/g)].map(
      ([, actions]) => actions,
    )
    for (const actions of statements) assert.match(actions ?? '', /^(\[?"ec2:\w+",?\]?)+$/)
  })

  test('keeps logs for a while, and what was given up for two weeks', () => {
    const groups = ofType(stage(0), 'AWS::Logs::LogGroup')
    assert.deepEqual(
      groups.map(([, { Properties }]) => Properties.RetentionInDays),
      [30, 30, 30],
    )
    assert.equal(stage(0).template.Resources.Failures?.Properties.MessageRetentionPeriod, 14 * 24 * 3600)
    const invocations = ofType(stage(0), 'AWS::Lambda::EventInvokeConfig')
    assert.equal(invocations.length, 3)
    for (const [, { Properties }] of invocations) {
      assert.deepEqual(Properties.DestinationConfig.OnFailure.Destination, { 'Fn::GetAtt': ['Failures', 'Arn'] })
    }
  })

  test('has an alarm for errors, throttles, dead letters and what was given up', () => {
    assert.deepEqual(
      ofType(stage(0), 'AWS::CloudWatch::Alarm')
        .map(([id]) => id)
        .sort(),
      ['DeadLettersAlarm', 'ErrorsAlarm', 'FailuresAlarm', 'ThrottlesAlarm'],
    )
  })

  test('holds no secret: CloudFormation puts them in', () => {
    const { Environment } = stage(0).template.Resources.CephNotificationsLambdaFunction?.Properties ?? {}
    assert.deepEqual(Environment.Variables.AUTH_TOKENS, {
      'Fn::If': [
        'GivenAuthTokens',
        { 'Fn::Sub': `{{resolve:secretsmanager:\${AuthTokensSecretArn}:SecretString}}` },
        { 'Fn::Sub': `{{resolve:secretsmanager:\${AuthTokens}:SecretString}}` },
      ],
    })
  })
})

describe('serverless.yml, with everything given', () => {
  const given = {
    architecture: 'x86_64',
    sinkUrl: 'https://example.org/events',
    subnetIds: 'subnet-0123456789abcdef0',
    securityGroupIds: 'sg-0123456789abcdef0',
    createQueues: 'yes',
    rabbitmqBrokerArn: 'arn:aws:mq:eu-central-1:123456789012:broker:b:b-1',
    rabbitmqSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rabbitmq-AbCdEf',
    openstackRabbitmqQueue: 'tidings',
    kafkaBootstrapServers: 'kafka-1.example.org:9096',
    kafkaSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:kafka-AbCdEf',
    openstackKafkaTopic: 'notifications',
    cephKafkaTopic: 'uploads',
    rgwEndpoint: 'https://rgw.example.org',
    rgwSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rgw-AbCdEf',
    desired: `{"topics":[{"name":"t","endpoint":"https://example.org/?token=\\\${env:TIDINGS_TOKEN}"}]}`,
  }

  test('hands every parameter on to the stack', async (t) => {
    const packaged = await pack(
      '--stage',
      'full',
      ...Object.entries(given).map(([name, value]) => `--param=${name}=${value}`),
    )
    t.after(() => rmSync(packaged.folder, { recursive: true }))
    const state = JSON.parse(readFileSync(`${packaged.folder}/.serverless/serverless-state.json`, 'utf8'))
    const parameters: { ParameterKey: string; ParameterValue: string }[] = state.service.provider.stackParameters
    const told = Object.fromEntries(
      parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
    )
    const declared = JSON.parse(readFileSync(packaged.file, 'utf8')).Parameters
    assert.deepEqual(Object.keys(told).sort(), Object.keys(declared).sort())
    for (const [name, value] of Object.entries(given).filter(([name]) => name !== 'architecture')) {
      // With a backslash the framework leaves a reference to the provisioner.
      assert.equal(told[name.charAt(0).toUpperCase() + name.slice(1)], value.replace('\\$', '$'))
    }
    // Defaults in their place, so that cfn-lint sees what the conditions let in.
    const filled = Object.entries(declared).map(([name, parameter]) => [
      name,
      { ...(parameter as object), Default: told[name] },
    ]) // As CloudFormation has them.
    const file = `${packaged.folder}/filled.json`
    writeFileSync(file, JSON.stringify({ ...packaged.template, Parameters: Object.fromEntries(filled) }))
    assert.equal((await run(cfnLint, ['--ignore-checks', 'W3005', '--', file])).stdout, '')
    const [[, first] = []] = ofType(packaged, 'AWS::Lambda::Function')
    assert.deepEqual(first?.Properties.Architectures, ['x86_64'])
  })
})
