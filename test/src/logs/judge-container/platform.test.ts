import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import { logIncident, object } from '#test/helpers/log-incident.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const wordings: [string, string, string[]][] = [
  [
    'a JVM that is too old',
    'Error: LinkageError occurred while loading main class com.shop.Main\n\tjava.lang.UnsupportedClassVersionError: com/shop/Main has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0',
    ['UnsupportedClassVersionError'],
  ],
  [
    'a native Node module',
    "Error: The module '/srv/node_modules/sharp/build/sharp.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 108. This version of Node.js requires\nNODE_MODULE_VERSION 127. Please try re-compiling or re-installing",
    ['NODE_MODULE_VERSION'],
  ],
  [
    'an older C library',
    "/srv/ledger: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.36' not found (required by /srv/ledger)",
    ['GLIBC_2.36'],
  ],
  [
    'a .NET runtime',
    "You must install or update .NET to run this application.\nFramework: 'Microsoft.NETCore.App', version '9.0.0' (x64)",
    ['.NET'],
  ],
  ['a Ruby version', 'Your Ruby version is 3.1.4, but your Gemfile specified 3.3.5', ['3.3.5']],
  [
    'a library that glibc does not find',
    '/srv/rates: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory',
    ['libpq.so.5'],
  ],
  [
    'a library that musl does not find',
    'Error loading shared library libstdc++.so.6: No such file or directory (needed by /srv/rates)',
    ['libstdc++.so.6'],
  ],
  [
    'a library of a Python module',
    'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
    ['libGL.so.1'],
  ],
]

describe('src/logs/judge-container/platform', () => {
  it.each(wordings)('tells %s, and that another image mends it', (_, current, names) => {
    const { view, logs } = logIncident({ current })
    const [finding, ...others] = judgeLogs(logs, view)
    expect(others).toEqual([])
    expect(finding?.mechanism).toBe('image_platform_mismatch')
    expect(names.filter((name) => !finding?.statement.includes(name))).toEqual([])
    expect(finding?.remedies.map(({ kind }) => kind)).toEqual(['set_image', 'escalate'])
    expect(finding?.remedies[0]?.needs?.[0]?.param).toBe('image')
  })

  it("names the architecture of the pod's node", () => {
    const node = object('Node', 'node-1', { status: { nodeInfo: { architecture: 'arm64' } } })
    const { view, logs } = logIncident({
      current: 'exec /usr/bin/shop: exec format error',
      pod: { spec: { nodeName: 'node-1' } },
      objects: [node],
    })
    expect(missingFacts(judgeLogs(logs, view)[0]?.statement, 'arm64')).toEqual([])
  })
})
