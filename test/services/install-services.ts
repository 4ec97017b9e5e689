import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const cache = fileURLToPath(new URL('../../.cache/services', import.meta.url))

/** Installers talk. */
const OPTIONS = { maxBuffer: 2 ** 26 }

/** Apache Kafka's jars. */
export const kafkaJars = `${cache}/kafka`
/** moto's server, an emulator of AWS. */
export const motoServer = `${cache}/moto/bin/moto_server`

/** Installs what Debian has no package for, at the versions of kafka/pom.xml and moto.txt. Once a version. */
export const installServices = async (): Promise<void> => {
  await once('kafka', 'kafka/pom.xml', async (directory) => {
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
    const where = ['-f', `${here}kafka/pom.xml`, `-DoutputDirectory=${directory}`]
    await run('mvn', ['--batch-mode', '--quiet', goal, '-DincludeScope=runtime', ...where], OPTIONS)
  })
  await once('moto', 'moto.txt', async (directory) => {
    await run('/usr/bin/python3', ['-m', 'venv', directory])
    await run(`${directory}/bin/pip`, ['install', '--quiet', '-r', `${here}moto.txt`], OPTIONS)
  })
}

/** Does `work` in an empty directory of the cache unless it was done there for just this file. */
const once = async (name: string, file: string, work: (directory: string) => Promise<void>): Promise<void> => {
  const key = await readFile(here + file, 'utf8')
  const directory = `${cache}/${name}`
  const stamp = `${directory}.stamp`
  if ((await readFile(stamp, 'utf8').catch(() => '')) === key) return
  console.log(`installing for the live tests: ${name}`)
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  await work(directory)
  await writeFile(stamp, key)
}
