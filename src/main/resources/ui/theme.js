// Auto, light or dark: a classic script, so that it runs before the first paint. Which word the button shows is CSS.
{
  const order = ['auto', 'light', 'dark'];
  const root = document.documentElement;

  const recall = () => {
    try { return localStorage.getItem('nova.theme'); } catch { return 'auto'; }
  };

  const apply = (theme) => {
    root.dataset.theme = order.includes(theme) ? theme : 'auto';
    const [light, dark] = document.querySelectorAll('meta[name="theme-color"]');
    light.setAttribute('media', { light: 'all', dark: 'not all' }[theme] ?? '(prefers-color-scheme: light)');
    dark.setAttribute('media', { light: 'not all', dark: 'all' }[theme] ?? '(prefers-color-scheme: dark)');
  };

  const next = () => {
    apply(order[(order.indexOf(root.dataset.theme) + 1) % order.length]);
    try { localStorage.setItem('nova.theme', root.dataset.theme); } catch { /* until the reload, then */ }
  };

  apply(recall());
  addEventListener('storage', (event) => event.key === 'nova.theme' && apply(event.newValue));
  addEventListener('DOMContentLoaded', () => document.getElementById('theme-toggle').addEventListener('click', next));
}
