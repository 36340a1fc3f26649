// Runs before the first paint, as a classic script, so that a remembered theme never flashes the other one.
(() => {
  try {
    const theme = localStorage.getItem('agentic.theme');
    if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage can be forbidden; the system's theme is then used.
  }
})();
