#!/usr/bin/env node
import { runMain } from './run-main.ts'
import { tidings } from './tidings.ts'

runMain(tidings)
