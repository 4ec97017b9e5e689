import { type Bundle, bundleForLambda, bundleWithHost, type FunctionFile } from './bundling.ts'

/** The parts of the text of the next command. */
export type Names = {
  readonly name: string
  readonly registry: string
  /** Where the platform's files are. */
  readonly folder: string
  /** Whether packages have to be installed beside the bundle. */
  readonly hasPackages: boolean
}

export type Platform = {
  readonly bundle: (file: FunctionFile) => Promise<Bundle>
  readonly bundleFile: (name: string) => string
  /** Files to write, each with the template in this package that it is made from. */
  readonly templates: (name: string) => Readonly<Record<string, string>>
  /** The file that names the function, and the line of it that does. */
  readonly naming: { readonly file: string; readonly name: RegExp }
  /** A command that has to run once before, where the platform keeps the tokens of callers. */
  readonly first?: string
  /** The command to type next. */
  readonly next: (names: Names) => string
}

/** Bundles each function only once. */
const once = (bundle: Platform['bundle']): Platform['bundle'] => {
  const made = new WeakMap<FunctionFile, Promise<Bundle>>()
  return (file) => {
    const code = made.get(file) ?? bundle(file)
    made.set(file, code)
    return code
  }
}

const alone = once(bundleForLambda)
/** The three platforms that run the host share one bundle. */
const server = { bundle: once(bundleWithHost), bundleFile: () => 'server.cjs' }
const image = ({ registry, name }: Names): string => `${registry}/${name}:latest`

/** For the architecture in templates/build/serverless.yml, whatever machine this runs on. */
const INSTALL_FOR_LAMBDA = 'npm install --omit=dev --os=linux --cpu=arm64 --libc=glibc'

/** The tokens of those who may call, under the names that the templates have. */
const KUBERNETES_SECRET = 'kubectl create secret generic tidings-tokens --from-literal=auth-tokens=<secret>'

export const PLATFORMS: Readonly<Record<string, Platform>> = {
  lambda: {
    bundle: alone,
    bundleFile: (name) => `${name}.cjs`,
    templates: () => ({ 'serverless.yml': 'templates/build/serverless.yml' }),
    naming: { file: 'serverless.yml', name: /^ +handler: ([\w-]+)\.handler$/gm },
    next: ({ folder, hasPackages }) =>
      `cd ${folder}${hasPackages ? ` && ${INSTALL_FOR_LAMBDA}` : ''} && AUTH_TOKENS=<secret> npx osls deploy`,
  },
  container: {
    ...server,
    templates: () => ({ Dockerfile: 'templates/build/Dockerfile' }),
    naming: { file: 'Dockerfile', name: /^LABEL .*title="([\w-]+)"$/gm },
    next: (names) => `docker build -t ${image(names)} ${names.folder}`,
  },
  openfaas: {
    ...server,
    bundleFile: (name) => `${name}/server.cjs`,
    templates: (name) => ({
      [`${name}/Dockerfile`]: 'templates/build/openfaas.Dockerfile',
      'stack.yaml': 'templates/build/stack.yaml',
    }),
    naming: { file: 'stack.yaml', name: /^ +handler: \.\/([\w-]+)$/gm },
    first: 'faas-cli secret create auth-tokens --from-file token',
    next: ({ folder }) => `cd ${folder} && faas-cli up -f stack.yaml`,
  },
  knative: {
    ...server,
    templates: () => ({ Dockerfile: 'templates/build/Dockerfile', 'service.yaml': 'templates/build/service.yaml' }),
    naming: { file: 'service.yaml', name: /^ {2}name: ([\w-]+)$/gm },
    first: KUBERNETES_SECRET,
    next: (names) =>
      `docker build -t ${image(names)} ${names.folder} && docker push ${image(names)} && kubectl apply -f ${names.folder}/service.yaml`,
  },
  func: {
    bundle: alone,
    bundleFile: () => 'function.cjs',
    templates: () => ({
      'index.js': 'deploy/knative/func/index.js',
      'func.yaml': 'templates/build/func.yaml',
      'package.json': 'templates/build/func.package.json',
    }),
    naming: { file: 'func.yaml', name: /^name: ([\w-]+)$/gm },
    first: KUBERNETES_SECRET,
    next: ({ folder }) => `cd ${folder} && func deploy`,
  },
}
