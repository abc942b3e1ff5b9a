// @ts-check
// What comes from apps, images and callers is put in as text, never as HTML.

/** Kinds of faults by their place, as the sandbox has them. */
let kindsOf = {}
const key = location.hash.slice(1)
const headers = { authorization: `Bearer ${key}` }
let app = ''
let watching = new AbortController()
/** Of a scenario: the sandbox goes with it. */
let isOver = false

const find = (id) => document.getElementById(id)

/** An element with children: texts stay texts. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  made.append(...children)
  return made
}

/** Rows are replaced only where they differ, so that the focus and the reader's place stay. */
function fill(parent, rows) {
  const same = rows.length === parent.children.length
  if (same && rows.every((row, index) => row.isEqualNode(parent.children[index]))) return
  const focused = document.activeElement?.getAttribute('data-key')
  parent.replaceChildren(...rows)
  if (focused) parent.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus()
}

const time = (at) => new Date(at).toTimeString().slice(0, 8)
const row = (...cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell)))

function checkOf({ name, status, output }) {
  const look = status === 'passing' ? 'good' : 'bad'
  return element('span', { class: look, title: output.slice(0, 200) }, ` ${name} ${status}`)
}

function machineOf({ id, state, region, image, commit, checks }) {
  const look = state === 'started' ? 'good' : state === 'stopped' ? 'quiet' : 'bad'
  const runs = commit === null ? image : `commit ${commit.slice(0, 7)}`
  return element(
    'li',
    {},
    element('code', {}, id),
    ` ${region} `,
    element('span', { class: look }, state),
    ` ${runs}`,
    ...checks.map(checkOf),
  )
}

function appRow({ name, url, release, machines }) {
  const button = element('button', { class: 'link', 'data-key': `app ${name}` }, name)
  if (name === app) button.setAttribute('aria-current', 'true')
  const open = element('a', { href: url, target: '_blank', rel: 'noreferrer' }, `open ${url}`)
  const released = release === null ? 'none yet' : `${release.version} ${release.status}`
  return row(
    element('div', {}, button, ' ', open),
    released,
    element('ul', {}, ...machines.map(machineOf)),
  )
}

const releaseRow = ({ version, status, image, at }) =>
  row(String(version), status, element('code', {}, image), time(at))

function requestRow({ place, method, path, status, startedAtMs, durationMs }) {
  const look = status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'quiet' : 'good'
  return row(
    time(startedAtMs),
    place,
    element('span', { class: look }, status === 0 ? 'none' : String(status)),
    `${durationMs} ms`,
    element('code', {}, `${method} ${path.slice(0, 120)}`),
  )
}

const timed = ['latency', 'lease', 'slow-start', 'clock-skew']

function faultItem({ id, place, kind, app: of, seconds, times }) {
  const parts = [place, kind, timed.includes(kind) && `${seconds} s`]
  const words = [...parts, of && `of ${of}`, times && `${times} times`].filter(Boolean).join(' ')
  const clear = element('button', { 'data-key': `fault ${id}`, 'data-fault': id }, 'Clear')
  clear.setAttribute('aria-label', `Clear ${words}`)
  return element('li', {}, `${words} `, clear)
}

const stepNames = { prepare: 'prepare', run: 'the command runs', judge: 'judge', end: 'over' }

function stepItem(step, current) {
  const item = element('li', {}, stepNames[step])
  if (step === current) item.setAttribute('aria-current', 'step')
  return item
}

function goalItem({ goal, reached, why }) {
  if (reached === null) return element('li', { class: 'quiet' }, `○ not judged: ${goal}`)
  if (reached) return element('li', { class: 'good' }, `✓ reached: ${goal}`)
  return element('li', { class: 'bad' }, `✗ not reached: ${goal}: ${why}`)
}

function callRow({ tool, is_error, duration_ms, text }) {
  const answer = element('span', { class: is_error ? 'bad' : 'good' }, is_error ? 'error' : 'done')
  return row(element('code', {}, tool), answer, `${(duration_ms / 1000).toFixed(1)} s`, text)
}

function showRun({ title, task, seed, steps, step, goals, calls, score }) {
  find('run-title').textContent = `Scenario: ${title}`
  find('task').textContent = `${task} Seed ${seed}.`
  fill(
    find('steps'),
    steps.map((each) => stepItem(each, step)),
  )
  const made = calls.length === 1 ? '1 call' : `${calls.length} calls`
  const said = score === null ? `No score yet, after ${made}.` : `${score} of 100, with ${made}.`
  if (find('score').textContent !== said) find('score').textContent = said
  fill(find('goals'), goals.map(goalItem))
  fill(find('calls').tBodies[0], calls.map(callRow))
  isOver = step === 'end'
}

function show({ run, apps, app: seen, requests, faults, unknown, kinds }) {
  find('run').hidden = run === null
  if (run !== null) showRun(run)
  if (find('add').elements.place.options.length === 0) offerPlaces(kinds)
  find('state').textContent = `Live. ${apps.length === 1 ? '1 app' : `${apps.length} apps`}.`
  fill(find('apps').tBodies[0], apps.map(appRow))
  fill(find('requests').tBodies[0], requests.map(requestRow))
  fill(find('faults'), faults.length > 0 ? faults.map(faultItem) : [element('li', {}, 'None.')])
  const asked = unknown.map(({ request, count }) =>
    element('li', {}, element('code', {}, request), ` ${count} times`),
  )
  fill(find('unknown'), asked.length > 0 ? asked : [element('li', {}, 'Nothing.')])
  find('app').hidden = seen === null
  if (seen !== null) showApp(seen)
}

function showApp({ name, releases, log }) {
  find('app-title').textContent = name
  fill(find('releases').tBodies[0], releases.map(releaseRow))
  const page = find('log')
  const text = log.map(({ at, machine, message }) => `${at.slice(11, 19)} ${machine} ${message}`)
  const isAtEnd = page.scrollTop + page.clientHeight >= page.scrollHeight - 4
  if (page.textContent !== text.join('\n')) page.textContent = text.join('\n')
  if (isAtEnd) page.scrollTop = page.scrollHeight
}

/** Reads server-sent events; an EventSource could not send the key. */
async function watch() {
  watching.abort()
  watching = new AbortController()
  const { signal } = watching
  const query = app === '' ? '' : `?app=${encodeURIComponent(app)}`
  while (!signal.aborted) {
    try {
      await read(await fetch(`/sandbox/window${query}`, { headers, signal }))
    } catch {
      if (signal.aborted) return
    }
    if (isOver) {
      find('state').textContent = 'The run is over, and its sandbox gone.'
      return
    }
    find('state').textContent = 'The sandbox does not answer; trying again.'
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

async function read(response) {
  if (response.status === 401) {
    find('state').textContent =
      'The key in the address is not that of this sandbox: see `flyops sandbox status`.'
    return new Promise(() => {})
  }
  let text = ''
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (text + part).split('\n\n')
    text = events.pop() ?? ''
    const last = events.findLast((event) => event.startsWith('data: '))
    if (last !== undefined) show(JSON.parse(last.slice('data: '.length)))
  }
}

async function change(method, path, body) {
  const response = await fetch(`/sandbox/faults${path}`, { method, headers, body })
  const said = response.ok ? '' : (await response.json()).error
  find('refused').textContent = said
  return response.ok
}

function offerPlaces(kinds) {
  kindsOf = kinds
  const places = Object.keys(kinds).map((name) => element('option', {}, name))
  find('add').elements.place.replaceChildren(...places)
  offerKinds()
}

function offerKinds() {
  const { place, kind } = find('add').elements
  kind.replaceChildren(...kindsOf[place.value].map((name) => element('option', {}, name)))
}

find('apps').addEventListener('click', ({ target }) => {
  const chosen = target.closest('button')?.textContent
  if (chosen === undefined) return
  app = chosen
  void watch()
})
find('faults').addEventListener('click', ({ target }) => {
  const id = target.getAttribute('data-fault')
  if (id !== null) void change('DELETE', `/${encodeURIComponent(id)}`)
})
find('add').addEventListener('submit', async (event) => {
  event.preventDefault()
  const { place, kind, app: of, seconds, times } = event.target.elements
  const wanted = {
    place: place.value,
    kind: kind.value,
    ...(of.value === '' ? {} : { app: of.value }),
    ...(seconds.value === '' ? {} : { seconds: Number(seconds.value) }),
    ...(times.value === '' ? {} : { times: Number(times.value) }),
  }
  if (await change('POST', '', JSON.stringify(wanted))) {
    event.target.reset()
    offerKinds()
  }
})
find('add').elements.place.addEventListener('change', offerKinds)
void watch()
