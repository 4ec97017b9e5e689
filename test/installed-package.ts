import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temporary-folder.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

/** The package as npm packs it, of what was built last. */
export const packPackage = (): string => {
  const folder = temporaryFolder()
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }))
  return join(folder, filename)
}

/** A project that has installed the package: its folder. Nothing is asked of a registry: the dependencies are those of this checkout. */
export const projectWithPackage = (): string => {
  const project = temporaryFolder()
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, 'tidings'), { recursive: true })
  execFileSync('tar', ['-xzf', packPackage(), '--strip-components=1', '-C', join(modules, 'tidings')])
  // Node.js of the checkout stays away, so that the command runs under the one that it is started with.
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!/^(\.|tidings|node$|node-)/.test(name)) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  return project
}

/** The package's own folder in such a project. */
export const installedPackage = (): string => join(projectWithPackage(), 'node_modules/tidings')
