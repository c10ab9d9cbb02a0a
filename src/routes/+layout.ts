// The app is rendered on the device, from the device's own copy, so that it opens without a network.
export const ssr = false;
export const prerender = false;
