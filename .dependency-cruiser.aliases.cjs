const { join } = require('node:path');

/** Where SvelteKit's `$lib` leads, in the form that dependency-cruiser reads. */
module.exports = { resolve: { alias: { $lib: join(__dirname, 'src', 'lib') } } };
