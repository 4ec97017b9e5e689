import { type Command, flagsIn } from './run-command.ts'
import { EXIT, UsageError } from './terminal.ts'

const USAGE = `Usage: tidings completion bash|zsh|fish
       tidings completion --help`

const HELP = `${USAGE}

Prints a script that completes the commands, actions and flags of tidings in your shell.

Examples:
  source <(tidings completion bash)                                  in ~/.bashrc
  source <(tidings completion zsh)                                   in ~/.zshrc, behind compinit
  tidings completion fish > ~/.config/fish/completions/tidings.fish
`

/** The words that can follow a command. */
type Completion = {
  readonly name: string
  readonly summary: string
  /** Actions, such as plan and apply. */
  readonly words: readonly string[]
  readonly flags: readonly string[]
}

type Entries = Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>>

/** @param entries the table of all commands */
export const completionCommand = (entries: Entries): Command => ({
  usage: USAGE,
  help: HELP,
  run: async ({ args: [shell = ''], stdout }) => {
    const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
    if (script === undefined) throw new UsageError('name the shell: bash, zsh or fish')
    const completions = Object.entries(entries).map(async ([name, { summary, load }]) => {
      const { usage, help } = await load()
      return { name, summary, words: wordsIn(name, usage), flags: [...new Set([...flagsIn(help), '--help'])] }
    })
    stdout.write(script(await Promise.all(completions)))
    return EXIT.done
  },
})

/** The words of a usage line that stand for themselves: `plan|apply`, `ceph`. */
const wordsIn = (name: string, usage: string): readonly string[] => {
  const found = usage.matchAll(new RegExp(`tidings ${name} ([a-z][a-z|-]*)`, 'g'))
  return [...new Set([...found].flatMap(([, words = '']) => words.split('|')))]
}

const namesOf = (completions: readonly Completion[]): string => completions.map(({ name }) => name).join(' ')

const bash = (completions: readonly Completion[]): string => `_tidings() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words="" flags=""
  case "\${COMP_WORDS[1]}" in
${completions.map(({ name, words, flags }) => `    ${name}) words="${words.join(' ')}"; flags="${flags.join(' ')}" ;;`).join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${namesOf(completions)}"
    flags="--help --version"
  fi
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -o default -F _tidings tidings
`

const SCRIPTS: Readonly<Record<string, (completions: readonly Completion[]) => string>> = {
  bash,
  zsh: (completions) => `autoload -U +X bashcompinit && bashcompinit\n${bash(completions)}`,
  fish: (completions) =>
    completions
      .flatMap(({ name, summary, words, flags }) => [
        `complete -c tidings -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
        ...words.map((word) => `complete -c tidings -n '__fish_seen_subcommand_from ${name}' -a ${word}`),
        ...flags.map((flag) => `complete -c tidings -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`),
      ])
      .join('\n')
      .concat('\n'),
}
