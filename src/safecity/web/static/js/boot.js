// Runs before the first paint, so that the page does not flash in the wrong theme. A classic script, on every page.
(() => {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const kept = (/** @type {string} */ name) => {
    try {
      return localStorage.getItem(`safecity.${name}`);
    } catch {
      return null;
    }
  };
  const theme = asked.get("theme") || kept("theme") || "auto";
  const light = theme === "auto" ? matchMedia("(prefers-color-scheme: light)").matches : theme === "light";
  root.dataset.theme = light ? "light" : "dark";
  root.dataset.density = asked.get("density") || kept("density") || root.dataset.density || "cosy";
  root.dataset.text = kept("text") || "normal";
})();
