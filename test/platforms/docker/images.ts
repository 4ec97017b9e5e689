import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { imagesTool } from './install.ts'

/** Of an image: what a container engine starts, and how. https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
export type ImageConfig = {
  readonly User?: string
  readonly Env?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly WorkingDir?: string
  readonly StopSignal?: string
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Healthcheck?: {
    readonly Test: readonly string[]
    /** In nanoseconds. */
    readonly Interval?: number
    readonly Timeout?: number
    readonly StartPeriod?: number
  }
}

/** One of the steps that the tests care for: files that are copied, a command that is run, a folder to be in. */
export type Step = {
  readonly copy?: readonly string[]
  readonly to?: string
  readonly from?: string
  readonly chmod?: string
  readonly run?: readonly string[]
  readonly workdir?: string
}

export type Target = { readonly base: string; readonly steps: readonly Step[]; readonly config: ImageConfig }

export type Images = {
  /** Of `docker build --check`. */
  readonly warnings: readonly string[]
  readonly targets: Readonly<Record<string, Target>>
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const dockerfile = here('../../../deploy/docker/Dockerfile')

/** A Dockerfile as BuildKit reads it: that of this package unless said. */
export const readImages = (file = dockerfile): Images =>
  JSON.parse(execFileSync(imagesTool, [file, here('base-images.json')], { encoding: 'utf8' }))

export const targetOf = ({ targets }: Images, name: string): Target => {
  const target = targets[name]
  if (target === undefined) throw new Error(`the Dockerfile has no target ${name}`)
  return target
}

/** The files that a target copies, after those of the targets that it is built on. */
export const copiesOf = (images: Images, name: string): readonly Step[] => {
  const { base, steps } = targetOf(images, name)
  return [...(base in images.targets ? copiesOf(images, base) : []), ...steps.filter(({ copy }) => copy !== undefined)]
}
