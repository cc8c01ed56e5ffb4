#!/usr/bin/env -S node --max-semi-space-size=16
// Plain JavaScript that any Node can read: the service needs Node 24, and where the host has an older one it goes on under the
// Node that came with its dependencies. Memory is held small, for V8's own choice on a large host
// takes 200 MiB more and makes nothing quicker: a young generation of 16 MiB, and the old one collected at half as much again.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const needed = 24
const own = fileURLToPath(
  new URL(`../node_modules/.bin/node${process.platform === 'win32' ? '.cmd' : ''}`, import.meta.url),
)

if (Number(process.versions.node.split('.')[0]) >= needed) {
  setFlagsFromString('--heap-growing-percent=50')
  if (!['serve', 'worker'].includes(process.argv[2])) keepCompiled()
  endWithParent()
  endWithShell()
  await import('../src/main.ts')
} else if (existsSync(own) && !process.env.SRE_AGENT_REEXECUTED) {
  passOn()
} else {
  process.stderr.write(
    `sre-agent needs Node ${needed} or newer; this is ${process.versions.node}, and ${own} is not there. ` +
      `Run "npm ci" in the checkout (it brings one for Linux and Windows), or install Node ${needed}.\n`,
  )
  process.exitCode = 78
}

/** Runs the same command under our own Node; signals go in, the exit code comes out. */
function passOn() {
  const child = spawn(own, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SRE_AGENT_REEXECUTED: '1' },
    shell: process.platform === 'win32',
  })
  // A terminal sends SIGINT to the whole group: passing it on would interrupt the child twice.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`${own} cannot be run: ${error.message}\n`)
    process.exitCode = 78
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

/** Where the outer process is gone without a word (SIGKILL), the inner one ends too. */
function endWithParent() {
  if (!process.channel) return
  delete process.env.SRE_AGENT_REEXECUTED
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}

/** npm and npx put a shell between themselves and us; asked to stop, they end that shell and would leave us running, holding the port. */
function endWithShell() {
  if (!process.env.npm_lifecycle_event || process.channel) return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  timer.unref()
}

/**
 * What was compiled once is not compiled again: a command starts in half the time. It stays with the dependencies, where nobody else
 * may write; where it cannot be written it is done without. Not for what runs for days: code that was kept runs some 8 % slower.
 */
function keepCompiled() {
  module.enableCompileCache(
    process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)),
  )
}
