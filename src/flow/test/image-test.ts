/** A local test of an image. */
export interface ImageTest {
  /** Owner of its repository. */
  readonly app: string
  readonly image: string
  readonly port: number
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  readonly memory: string | undefined
  readonly timeoutMs: number
}

/** What a test's outcome depends on beside the image. */
export function testSettings({ port, path, env, memory }: Omit<ImageTest, 'image' | 'app'>) {
  return { port, path, env_names: Object.keys(env).sort(), memory: memory ?? '' }
}
