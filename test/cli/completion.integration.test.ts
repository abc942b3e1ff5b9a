import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { mainScript } from '../support/paths.js'

const flyops = (...args: string[]) =>
  execa(process.execPath, [mainScript, ...args], { reject: false, stdin: 'ignore' })

describe('shell completion', () => {
  test.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks flyops', async (shell) => {
    const { stdout, exitCode } = await flyops('completion', shell)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('flyops complete -- ')
    if (shell !== 'bash') return
    const syntax = await execa('bash', ['-n'], { input: stdout, reject: false })
    expect([syntax.exitCode, syntax.stderr]).toEqual([0, ''])
  })

  test('refuses a shell that it does not know, with exit status 2', async () => {
    expect((await flyops('completion', 'tcsh')).exitCode).toBe(2)
  })

  test.each([
    [['ro'], 'rollback\tGo back to a release'],
    [['deploy-image', '--health'], '--health-path\t'],
    [['deploy-image', '--strategy', ''], 'bluegreen'],
    [['sandbox', 'st'], 'status\t'],
    [['completion', ''], 'fish'],
  ])('knows how %j goes on', async (words, expected) => {
    const { stdout } = await flyops('complete', '--', ...words)
    expect(stdout).toContain(expected)
  })
})
