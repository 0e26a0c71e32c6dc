// In the editor of the check: a link of the drawing opens the block in the form and moves the focus to its field. The
// preview lies in a frame; its links change the end of this page's address.
(() => {
  const FIELD = "[data-contentpath='to'] select, [data-check-name]";

  const show = (hash) => {
    const block = hash.startsWith("#block-") && document.getElementById(hash.slice(1));
    const field = block && block.querySelector(FIELD);
    if (!field) return false;
    for (let panel = block; panel; panel = panel.parentElement.closest("[data-panel]")) {
      const toggle = panel.querySelector("[data-panel-toggle]");
      if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
    }
    field.focus({ preventScroll: true });
    field.scrollIntoView({ behavior: "instant", block: "center" });
    return true;
  };

  document.addEventListener("click", (event) => {
    const href = event.target.closest(".check-tree a")?.getAttribute("href");
    if (href?.startsWith("#") && show(href)) event.preventDefault();
  });
  const arrive = () => {
    // Without its end the address can lead to the same block once more.
    if (show(location.hash)) history.replaceState(null, "", location.pathname + location.search);
  };
  addEventListener("hashchange", arrive);
  addEventListener("load", arrive);
})();
