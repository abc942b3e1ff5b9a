/** A kind of project, by the file that tells it; what its Dockerfile mostly begins with and does. */
export interface ProjectKind {
  readonly file: string
  /** With its article. */
  readonly what: string
  readonly baseImage: string
  /** Lock files, the command that installs by each; the first that is there counts. */
  readonly installs: readonly (readonly [file: string, command: string])[]
  /** Frameworks, by a word in the file that tells the kind, and the port that each listens on unless told otherwise. */
  readonly ports: readonly (readonly [word: string, port: number])[]
  /** Lines of that file that say more. */
  readonly telling?: RegExp
  /** Files that say more, where they are there. */
  readonly others: readonly string[]
}

const none = { installs: [], ports: [], others: [] }

/** The first that fits is what the project is. */
export const projectKinds: readonly ProjectKind[] = [
  {
    file: 'deno.json',
    what: 'a Deno project',
    baseImage: 'denoland/deno',
    installs: [['deno.lock', 'deno install --frozen']],
    ports: [['@fresh', 8000]],
    others: ['main.ts'],
  },
  {
    file: 'mix.exs',
    what: 'an Elixir project',
    baseImage: 'elixir',
    installs: [['mix.lock', 'mix deps.get --only prod']],
    ports: [['phoenix', 4000]],
    others: ['config/runtime.exs'],
  },
  {
    file: 'Gemfile',
    what: 'a Ruby project',
    baseImage: 'ruby:slim',
    installs: [['Gemfile.lock', 'bundle install']],
    ports: [
      ['rails', 3000],
      ['sinatra', 4567],
    ],
    others: ['config.ru', 'bin/rails', '.ruby-version'],
  },
  {
    file: 'composer.json',
    what: 'a PHP project',
    baseImage: 'php:apache',
    installs: [['composer.lock', 'composer install --no-dev']],
    ports: [],
    others: ['artisan', 'public/index.php'],
  },
  {
    ...none,
    file: 'go.mod',
    what: 'a Go project',
    baseImage: 'golang',
    telling: /^(?:module|go) \S+$/,
    others: ['main.go'],
  },
  {
    ...none,
    file: 'Cargo.toml',
    what: 'a Rust project',
    baseImage: 'rust',
    telling: /^(?:name|rust-version) *=/,
    others: ['Cargo.lock'],
  },
  {
    ...none,
    file: 'pom.xml',
    what: 'a Java project',
    baseImage: 'maven',
    ports: [['spring-boot', 8080]],
    others: ['mvnw'],
  },
  {
    ...none,
    file: 'build.gradle',
    what: 'a Java project',
    baseImage: 'gradle',
    ports: [['spring-boot', 8080]],
    others: ['gradlew'],
  },
  {
    file: 'package.json',
    what: 'a Node.js project',
    baseImage: 'node:slim',
    installs: [
      ['package-lock.json', 'npm ci'],
      ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
      ['yarn.lock', 'yarn install --immutable'],
      ['bun.lock', 'bun install --frozen-lockfile'],
    ],
    ports: [
      ['"next"', 3000],
      ['"nuxt"', 3000],
      ['"@nestjs/core"', 3000],
      ['"@remix-run/serve"', 3000],
      ['"astro"', 4321],
    ],
    others: ['server.js', 'index.js', '.nvmrc'],
  },
  ...['pyproject.toml', 'requirements.txt', 'Pipfile'].map((file) => ({
    file,
    what: 'a Python project',
    baseImage: 'python:slim',
    installs: [
      ['uv.lock', 'uv sync --frozen --no-dev'],
      ['poetry.lock', 'poetry install --only main'],
      ['Pipfile.lock', 'pipenv install --deploy'],
      ['requirements.txt', 'pip install -r requirements.txt'],
    ] as const,
    ports: [
      ['django', 8000],
      ['flask', 5000],
      ['fastapi', 8000],
      ['streamlit', 8501],
    ] as const,
    telling: /^(?:requires-python|python) *=/,
    others: ['manage.py', 'main.py', 'app.py', 'wsgi.py', '.python-version'],
  })),
  { ...none, file: 'index.html', what: 'a static site', baseImage: 'nginx:alpine' },
]
