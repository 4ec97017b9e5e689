#!/usr/bin/env node
import { runMain } from './run-command.ts'
import { tidings } from './tidings.ts'

runMain(tidings)
