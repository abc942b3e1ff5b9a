/** What a row of the table says of a ratio of medians, and whether that is at most `most`. */
export function ratio(name, times, than, most) {
  const value = median(times) / median(than)
  const limit = `≤ ${most.toFixed(2)} (${seconds(times)} against ${seconds(than)})`
  return { name, value: value.toFixed(2), limit, isKept: value <= most }
}

/** The longest of some times, in seconds, which must be at most `mostSeconds`. */
export function longest(name, times, mostSeconds) {
  const value = Math.max(...times) / 1000
  const limit = `≤ ${mostSeconds.toFixed(1)} s (longest of ${times.length}, median ${seconds(times)})`
  return { name, value: `${value.toFixed(1)} s`, limit, isKept: value <= mostSeconds }
}

export function seconds(times) {
  return `${(median(times) / 1000).toFixed(1)} s`
}

export function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]
}
