/** A place of machines. Latitude and longitude in degrees. */
export interface Region {
  readonly code: string
  readonly geo: string
  readonly name: string
  readonly latitude: number
  readonly longitude: number
}

/** Where a request names no region. */
export const defaultRegion = 'ewr'

/** Fly's regions (fly.io/docs/reference/regions); in a sandbox they are names. */
export const regions: readonly Region[] = [
  region('ams', 'europe', 'Amsterdam, Netherlands', 52.37, 4.9),
  region('arn', 'europe', 'Stockholm, Sweden', 59.65, 17.92),
  region('bom', 'asia_pacific', 'Mumbai, India', 19.09, 72.87),
  region('cdg', 'europe', 'Paris, France', 48.86, 2.35),
  region('dfw', 'north_america', 'Dallas, Texas (US)', 32.78, -96.8),
  region('ewr', 'north_america', 'Secaucus, NJ (US)', 40.79, -74.06),
  region('fra', 'europe', 'Frankfurt, Germany', 50.11, 8.68),
  region('gru', 'south_america', 'Sao Paulo, Brazil', -23.55, -46.63),
  region('iad', 'north_america', 'Ashburn, Virginia (US)', 39.02, -77.54),
  region('jnb', 'africa', 'Johannesburg, South Africa', -26.2, 28.04),
  region('lax', 'north_america', 'Los Angeles, California (US)', 33.94, -118.41),
  region('lhr', 'europe', 'London, United Kingdom', 51.52, -0.1),
  region('nrt', 'asia_pacific', 'Tokyo, Japan', 35.62, 139.78),
  region('ord', 'north_america', 'Chicago, Illinois (US)', 41.89, -87.62),
  region('sin', 'asia_pacific', 'Singapore, Singapore', 1.35, 103.82),
  region('sjc', 'north_america', 'San Jose, California (US)', 37.35, -121.96),
  region('syd', 'asia_pacific', 'Sydney, Australia', -33.87, 151.21),
  region('yyz', 'north_america', 'Toronto, Canada', 43.65, -79.38),
]

function region(
  code: string,
  geo: string,
  name: string,
  latitude: number,
  longitude: number,
): Region {
  return { code, geo, name, latitude, longitude }
}
