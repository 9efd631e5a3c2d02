// The API key, and how it is kept out of what is shown.

export class Secret {
  #token; #pattern;

  constructor(token) {
    const unit = (c) => `(?:\\\\?${c.replace(/\W/, '\\$&')}|\\\\u${c.charCodeAt(0).toString(16).padStart(4, '0')})`;
    this.#token = token || undefined;
    if (token) this.#pattern = new RegExp(token.split('').map(unit).join(''), 'gi'); // also where it is escaped
  }

  get token() { return this.#token; }

  mask(text) {
    const tail = this.#token?.length > 20 ? this.#token.slice(-4) : '';
    return this.#pattern ? text.replace(this.#pattern, () => `sk-nova-…${tail}`) : text;
  }
}
