import type { Checkout, Git } from '../../../src/git/git.js'
import type { World } from './world.js'

/** Git whose every commit is the work tree of the world. */
export function gitOf(world: World): Git {
  async function checkOut({ ref }: { readonly ref: string }): Promise<Checkout> {
    world.done.push(`check out ${ref}`)
    return { root: world.source.root, folder: '', remove: async () => {} }
  }
  return {
    checkOutLocal: checkOut,
    checkOutRemote: checkOut,
    describe: async () => world.source,
  }
}
