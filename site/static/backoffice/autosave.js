// Once a button of a page's form is pressed, nothing is saved by itself: an autosave would do the action a second time,
// or put a draft over what it did. One that is under way already is waited for.
(() => {
  let pressed = false;
  let underWay = false;
  let waiting = null;

  const ofTheForm = (button) =>
    button?.dataset.workflowActionName || (button?.type === "submit" && button.form?.matches("[data-edit-form]"));

  addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.("button");
      if (!ofTheForm(button)) return;
      pressed = true;
      if (!underWay) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = button;
    },
    { capture: true },
  );

  addEventListener(
    "w-autosave:save",
    (event) => {
      underWay = !pressed && ![...event.detail.formData.keys()].some((name) => name.startsWith("action-"));
      if (underWay) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );

  const ended = () => {
    underWay = false;
    waiting?.click();
    waiting = null;
  };
  addEventListener("w-autosave:success", ended);
  addEventListener("w-autosave:error", ended);

  jQuery(document).on("hidden.bs.modal", () => {
    pressed = false; // who closes the dialog of an action goes on writing
  });
})();
