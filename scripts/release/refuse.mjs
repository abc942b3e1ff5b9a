// What npm packs of the project itself would bring all of its dependencies, which the bundle does not use.
process.stderr.write('This folder is not published: npm run release makes the package.\n')
process.exit(1)
