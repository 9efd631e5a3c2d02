// The elements of index.html.

/** @returns {any} */
export const $ = (id) => document.getElementById(id);
