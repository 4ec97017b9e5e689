#!/usr/bin/env node
import { RELAY_HELP, RELAY_USAGE } from './help.ts'
import { relayCommand } from './relay-command.ts'
import { runCommand, runMain } from './run-command.ts'

// `tidings relay` alone, for a container image with a single command.
runMain((terminal) => runCommand({ usage: RELAY_USAGE, help: RELAY_HELP, run: relayCommand }, terminal))
