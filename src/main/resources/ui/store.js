// What this browser keeps for the page. Where storage is forbidden or full, nothing is kept, and the page goes on.

const keeper = (storage) => ({
  get(name) {
    try { return JSON.parse(storage().getItem(`nova.${name}`)); } catch { return null; }
  },
  /** Whether it is kept now. */
  set(name, value) {
    try { storage().setItem(`nova.${name}`, JSON.stringify(value)); return true; } catch { return false; }
  },
  remove(name) {
    try { storage().removeItem(`nova.${name}`); } catch { /* see above */ }
  },
  /** Everything whose whole name begins so. */
  removeAll(prefix) {
    try {
      for (const name of Object.keys(storage())) if (name.startsWith(prefix)) storage().removeItem(name);
    } catch { /* see above */ }
  },
});

/** For all tabs, and the next visit. */
export const local = keeper(() => localStorage);
/** For this tab. */
export const tab = keeper(() => sessionStorage);
