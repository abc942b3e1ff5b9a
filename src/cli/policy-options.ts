import { Option } from 'commander'

/** The flags that bound what tools may do; before a verb, or of `serve`. */
export function policyOptions(): readonly Option[] {
  return [
    new Option('--read-only', 'refuse tools that change something'),
    new Option('--apps <names>', 'refuse other apps; with commas, * stands for any text'),
    new Option('--tools <names>', 'offer these alone: core, all, or names with commas'),
    new Option('--policy <file>', 'a file of rules: who may do what with which apps'),
  ]
}
