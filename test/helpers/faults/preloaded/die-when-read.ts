import { subscribe } from 'node:diagnostics_channel'

/* Preloaded into a worker: it dies without a word whenever it asks the cluster about one namespace, as a run that eats all memory would have it. */

const deadly = `/namespaces/${process.env['FAULT_DIES_AT']}/`
subscribe('undici:request:create', (message) => {
  const { path } = (message as { request: { path: string } }).request
  if (path.includes(deadly)) process.kill(process.pid, 'SIGKILL')
})
