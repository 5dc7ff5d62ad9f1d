/** Where SvelteKit's `$lib` leads, in the form that dependency-cruiser reads. */
module.exports = { resolve: { alias: { $lib: `${__dirname}/src/lib` } } };
