// Wagtail looks at a form two seconds after it opened to know later whether something was typed. What somebody typed
// before would count as nothing: no autosave, and no warning to who leaves the page.
(() => {
  const opened = performance.now();

  const count = (event) => {
    const form = event.target.closest?.("form[data-controller~='w-unsaved']");
    if (!form || !event.isTrusted || performance.now() - opened > 5000) return;
    form.dataset.wUnsavedForceValue = "true"; // until it is saved
  };
  addEventListener("input", count, { capture: true });
  addEventListener("change", count, { capture: true });
})();
