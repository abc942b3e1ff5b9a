import { build } from 'esbuild'
import { bundledPackages } from '../bundled-packages.mjs'
import { programs } from '../bundles.mjs'
import { npm } from './npm.mjs'
import { project } from './project.mjs'

/** What npm says of all packages, in CycloneDX, narrowed to those whose code is in the bundle. */
export async function bundleSbom() {
  const { metafile } = await build({ ...programs, write: false })
  const packages = await bundledPackages(metafile)
  const bundled = new Set(packages.map(({ manifest }) => `${manifest.name}@${manifest.version}`))
  const printed = await npm(['sbom', '--sbom-format=cyclonedx', '--package-lock-only'])
  const { metadata, components, dependencies, serialNumber: _random, ...rest } = JSON.parse(printed)
  const kept = components.filter((component) => bundled.has(component['bom-ref']))
  if (kept.length !== bundled.size) throw new Error('The lockfile lacks a package of the bundle')
  const { timestamp: _now, lifecycles: _before, component, ...about } = metadata
  const itself = { ...component, type: 'application', name: project.name, properties: [] }
  return {
    ...rest,
    metadata: { ...about, component: itself },
    components: kept.map((each) => ({ ...each, scope: 'required', properties: [] })),
    dependencies: dependencies
      .filter(({ ref }) => bundled.has(ref) || ref === component['bom-ref'])
      .map(({ ref, dependsOn }) => ({
        ref,
        dependsOn: dependsOn.filter((each) => bundled.has(each)),
      })),
  }
}
