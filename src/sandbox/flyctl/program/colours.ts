const paint = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`

/** flyctl paints these even without a terminal and with NO_COLOR (flyctl 2026.8). */
export const bold = paint(1)
export const faint = paint(2)
export const red = paint(31)
export const green = paint(32)
export const yellow = paint(33)
export const blue = paint(34)
export const cyan = paint(36)
