/** The first picture, and at most two wider ones. */
export const mostLooks = 3
