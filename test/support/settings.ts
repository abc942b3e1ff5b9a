import { expect } from 'vitest'

/** Matches settings as plans and results show them, one line for each source: among them these, "memory 512mb (caller)". */
export function settingsWith(...wanted: readonly string[]): unknown {
  return expect.arrayContaining(wanted.map(inItsLine))
}

function inItsLine(setting: string): unknown {
  const [, text = '', source = ''] = /^(.*) \((.*)\)$/.exec(setting) ?? []
  const [begin, own] = [source, text].map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return expect.stringMatching(new RegExp(`^${begin}: (?:.*; )?${own}(?:;|$)`))
}
