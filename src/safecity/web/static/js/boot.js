// Runs before the first paint, so that the page does not flash in the wrong theme. A classic script, on every page.
(function () {
  var root = document.documentElement, asked = new URLSearchParams(location.search), kept = {};
  try { kept = { theme: localStorage.getItem("safecity.theme"), density: localStorage.getItem("safecity.density"), text: localStorage.getItem("safecity.text"), lang: localStorage.getItem("safecity.lang") }; } catch (error) { kept = {}; }
  var theme = asked.get("theme") || kept.theme || "auto";
  if (theme === "auto") theme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  root.dataset.theme = theme;
  root.dataset.density = asked.get("density") || kept.density || root.dataset.density || "cosy";
  root.dataset.text = kept.text || "normal";
})();
