import { randomUUID } from 'node:crypto'
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { version } from '../version.js'

const own = {
  'service.name': 'flyops',
  'service.version': version,
  // Of several instances each counts for itself.
  'service.instance.id': randomUUID(),
}

/** Who tells: what the variables of OpenTelemetry say stands above what flyops says of itself. */
export function ownResource(): Resource {
  return defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }))
}
