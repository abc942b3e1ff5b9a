import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { coreTools } from '../../src/access/policy.js'
import { openRules } from '../../src/access/rules-file.js'

let folder = ''
let written = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-rules-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function write(text: string, file = join(folder, `${++written}.toml`)): Promise<string> {
  await writeFile(file, text)
  return file
}

test('a policy file says who may do what with which apps, and how much of it', async () => {
  const file = await write(`
[groups]
leads = ["token:anna"]

[[rule]]
name = "production"
who = ["group:leads", "token:ci"]
tools = ["core", "read"]
apps = ["shop-*"]
regions = ["ams"]
max_machines = 3
max_monthly_usd = 40.5
approval = "group:leads"

[[freeze]]
apps = ["shop-*"]
until = 2100-01-01T00:00:00Z
reason = "launch week"
`)
  expect(openRules(file)()).toMatchObject({
    groups: { leads: ['token:anna'] },
    rules: [
      {
        name: 'production',
        who: ['group:leads', 'token:ci'],
        tools: [...coreTools, 'read'],
        apps: ['shop-*'],
        regions: ['ams'],
        maxMachines: 3,
        maxMonthlyDollars: 40.5,
        approval: ['group:leads'],
      },
    ],
    freezes: [{ apps: ['shop-*'], reason: 'launch week' }],
  })
})

test.each([
  ['[[rule]\n', 'line 1'],
  ['[[rule]]\nname = "x"\nwho = ["token:ci"]\nmax_machine = 3', 'max_machine'],
  ['[[rule]]\nname = "x"\nwho = []', 'who'],
  ['[[rule]]\nname = "x"\nwho = ["group:leads"]', 'group:leads'],
  ['[[rule]]\nname = "x"\nwho = ["token:ci"]\napproval = "group:leads"', 'group:leads'],
  ['[[rule]]\nname = "x"\nwho = ["*"]\nmax_machines = 0', 'max_machines'],
  ['[[freeze]]\nreason = "x"\nuntil = 2100-01-01T00:00:00', 'time zone'],
  ['[[freeze]]\nreason = "x"\nuntil = "tomorrow"', 'until'],
])('what it cannot mean is refused and named: %j', async (text, named) => {
  const file = await write(text)
  expect(() => openRules(file)).toThrow(named)
})

test('a change holds from the next look on, and a file that became unusable allows nothing', async () => {
  const file = await write('[[rule]]\nname = "first"\nwho = ["*"]')
  const rules = openRules(file)
  expect(rules().rules).toMatchObject([{ name: 'first' }])
  await write('[[rule]]\nname = "second one"\nwho = ["*"]', file)
  expect(rules().rules).toMatchObject([{ name: 'second one' }])
  await write('[[rule', file)
  expect(rules).toThrow('policy file')
  await rm(file)
  expect(rules).toThrow('cannot be read')
})
