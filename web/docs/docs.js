/* Renders /openapi.json as a page. Text goes in by textContent only, so nothing of the document is ever taken for markup. */

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties)
  node.append(...children)
  return node
}

const anchorOf = (method, path) => `${method}${path.replaceAll(/[^a-z]+/gi, '-')}`

function schemaName(schema) {
  if (!schema) return ''
  if (schema.$ref) return schema.$ref.split('/').at(-1)
  if (schema.type === 'array') return `list of ${schemaName(schema.items) || 'values'}`
  if (schema.enum) return schema.enum.join(' | ')
  if (schema.const !== undefined) return String(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map(schemaName).join(' or ')
  return schema.type ?? 'any value'
}

function parametersOf(operation) {
  if (!operation.parameters?.length) return []
  const rows = operation.parameters.map((parameter) =>
    element(
      'tr',
      {},
      element('td', {}, element('code', { textContent: parameter.name })),
      element('td', { textContent: `${parameter.in}, ${schemaName(parameter.schema)}` }),
      element('td', { textContent: parameter.description ?? '' }),
    ),
  )
  return [element('h3', { textContent: 'Parameters' }), element('table', {}, ...rows)]
}

function responsesOf(operation) {
  const rows = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const content = Object.values(response.content ?? {})[0]
    return element(
      'tr',
      {},
      element('td', {}, element('code', { textContent: status })),
      element('td', { textContent: response.description }),
      element('td', { textContent: schemaName(content?.schema) }),
    )
  })
  return [element('h3', { textContent: 'Answers' }), element('table', {}, ...rows)]
}

async function send({ method, path, body }, output) {
  output.textContent = 'Sending…'
  const started = performance.now()
  try {
    const response = await fetch(path, {
      method: method.toUpperCase(),
      headers: { 'content-type': 'application/json' },
      body,
    })
    const answer = await response.json()
    const ms = Math.round(performance.now() - started)
    output.textContent = `${response.status} in ${ms} ms\n\n${JSON.stringify(answer, null, 2)}`
  } catch (error) {
    output.textContent = `No answer: ${error.message}`
  }
}

function bodyOf(method, path, operation) {
  const content = operation.requestBody?.content?.['application/json']
  if (!content) return []
  const text = element('textarea', {
    value: JSON.stringify(content.example ?? {}, null, 2),
    spellcheck: false,
    ariaLabel: 'Request body',
  })
  const output = element('pre', { hidden: true, ariaLive: 'polite' })
  const button = element('button', { type: 'button', textContent: 'Try it' })
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const inputs = names.map((name) => element('input', { name, placeholder: name, ariaLabel: name, spellcheck: false }))
  button.addEventListener('click', () => {
    output.hidden = false
    const filled = inputs.reduce((url, { name, value }) => url.replace(`{${name}}`, encodeURIComponent(value)), path)
    void send({ method, path: filled, body: text.value }, output)
  })
  return [element('h3', { textContent: 'Body' }), text, ...inputs, button, output]
}

function operationOf(method, path, operation) {
  const heading = element(
    'h2',
    { id: anchorOf(method, path), className: operation.deprecated ? 'old' : '' },
    element('span', { className: 'method', textContent: method.toUpperCase() }),
    element('code', { textContent: path }),
  )
  const words = [operation.summary, operation.description]
    .filter(Boolean)
    .map((textContent) => element('p', { textContent }))
  const body = operation.deprecated ? [] : bodyOf(method, path, operation)
  return element('article', {}, heading, ...words, ...parametersOf(operation), ...body, ...responsesOf(operation))
}

function schemasOf(schemas) {
  const details = Object.entries(schemas ?? {}).map(([name, schema]) =>
    element(
      'details',
      {},
      element('summary', {}, element('code', { textContent: name })),
      element('pre', { textContent: JSON.stringify(schema, null, 2) }),
    ),
  )
  return [element('h2', { textContent: 'Schemas' }), ...details]
}

function linkTo({ method, path }) {
  const link = { href: `#${anchorOf(method, path)}`, textContent: `${method.toUpperCase()} ${path}` }
  return element('li', {}, element('a', link))
}

async function render() {
  const openApi = await (await fetch('/openapi.json')).json()
  const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? '')
  const contents = [...groups].flatMap(([tag, members]) => [
    element('h2', { textContent: tag }),
    element('ul', {}, ...members.map(linkTo)),
  ])
  const source = element('a', { href: '/openapi.json', textContent: '/openapi.json' })
  document
    .querySelector('#about')
    .replaceChildren(`${openApi.info.description} Version ${openApi.info.version}, from `, source)
  document.querySelector('#contents').replaceChildren(...contents)
  document
    .querySelector('#operations')
    .replaceChildren(...operations.map(({ method, path, operation }) => operationOf(method, path, operation)))
  document.querySelector('#schemas').replaceChildren(...schemasOf(openApi.components?.schemas))
}

render().catch((error) => {
  document.querySelector('#about').textContent = `The description could not be read: ${error.message}`
})
