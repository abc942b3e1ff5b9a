/** A metric with its values, as prom-client tells it: of a histogram each bucket with what is in the lower ones. */
export interface CountedMetric {
  readonly name: string
  readonly help: string
  readonly type: unknown
  readonly values: readonly CountedValue[]
}

/** What has been counted. */
export interface Numbers {
  values(): Promise<readonly CountedMetric[]>
}

interface CountedValue {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number | undefined>>
  readonly metricName?: string
}

export interface Window {
  readonly startedAtMs: number
  readonly nowMs: number
}

/** All since the start of the process (opentelemetry-proto, AGGREGATION_TEMPORALITY_CUMULATIVE). */
const cumulative = 2

/** The same as OTLP has it in JSON; labels are attributes. Those without a value are left out. */
export function toOtlp(metrics: readonly CountedMetric[], window: Window) {
  return metrics
    .filter(({ values }) => values.length > 0)
    .map((metric) => ({
      name: metric.name,
      description: metric.help,
      unit: metric.name.endsWith('_seconds') ? 's' : '1',
      ...dataOf(metric, window),
    }))
}

function dataOf({ name, type, values }: CountedMetric, window: Window) {
  if (type === 'histogram') {
    const groups = Map.groupBy(values, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels))
    const dataPoints = [...groups.values()].map((group) => histogram(name, group, window))
    return { histogram: { aggregationTemporality: cumulative, dataPoints } }
  }
  const dataPoints = values.map(({ value, labels }) => ({
    ...pointOf(labels, window),
    asDouble: value,
  }))
  return type === 'counter'
    ? { sum: { aggregationTemporality: cumulative, isMonotonic: true, dataPoints } }
    : { gauge: { dataPoints } }
}

function histogram(name: string, group: readonly CountedValue[], window: Window) {
  const buckets = group.filter(({ metricName }) => metricName === `${name}_bucket`)
  const { le: _, ...labels } = buckets[0]?.labels ?? {}
  const one = (suffix: string) =>
    group.find(({ metricName }) => metricName === `${name}_${suffix}`)?.value ?? 0
  return {
    ...pointOf(labels, window),
    count: one('count'),
    sum: one('sum'),
    explicitBounds: buckets.flatMap(({ labels: { le } }) => (le === '+Inf' ? [] : Number(le))),
    bucketCounts: buckets.map(({ value }, index) => value - (buckets[index - 1]?.value ?? 0)),
  }
}

function pointOf(labels: CountedValue['labels'], { startedAtMs, nowMs }: Window) {
  return {
    attributes: toAttributes(labels),
    startTimeUnixNano: `${startedAtMs}000000`,
    timeUnixNano: `${nowMs}000000`,
  }
}

export function toAttributes(values: Readonly<Record<string, unknown>>) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: { stringValue: String(value) },
  }))
}
