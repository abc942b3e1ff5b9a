import { testInput } from '../flow/test/input.js'
import { summarizeTest, testOutput } from '../flow/test/output.js'
import { tryImage } from '../flow/test/test-image.js'
import { defineLongTool, mayReplace } from './tool.js'

export const testImage = defineLongTool({
  name: 'test_image',
  title: 'Test an image',
  description:
    'Runs an image of build_image in a local container, and finds out what neither you nor the toml say: port, path, start-up time, memory. Where it fails: its last words, the secrets it lacks, where it listens instead. Use it before push_image; ship does it by itself.',
  annotations: mayReplace,
  input: testInput,
  output: testOutput,
  examples: [
    'flyops test-image --image registry.fly.io/hello:1a2b3c4',
    'flyops test-image --image registry.fly.io/hello:1a2b3c4 --internal-port 3000 --health-path /up',
  ],
  stage: 'test',
  work: 'build',
  outlivesCaller: () => false,
  run: tryImage,
  summarize: summarizeTest,
})
