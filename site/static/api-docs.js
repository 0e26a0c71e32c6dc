// Swagger's page of the API says some things to eyes only; this says them to a screen reader as well.
(() => {
  const LEVELS = { H3: 2, H4: 3, H5: 4 }; // Swagger leaves one out after the title

  const mend = () => {
    for (const heading of document.querySelectorAll("h3, h4, h5"))
      heading.setAttribute("aria-level", LEVELS[heading.tagName]);
    for (const select of document.querySelectorAll("select:not([aria-label])")) {
      const parameter = select.closest("tr[data-param-name]")?.dataset.paramName;
      if (parameter) select.setAttribute("aria-label", parameter);
    }
  };

  new MutationObserver(mend).observe(document.getElementById("swagger-ui"), { childList: true, subtree: true });
})();
