// The shell is static: nothing is rendered on a server, and nothing before the device knows who is there.
export const ssr = false;
export const prerender = false;
