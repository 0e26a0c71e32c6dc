// When Wagtail may save a page's form by itself.
(() => {
  let pressed = false;
  let underWay = false;
  let waiting = null;
  let refused = false;

  const ofTheForm = (button) =>
    button?.dataset.workflowActionName || (button?.type === "submit" && button.form?.matches("[data-edit-form]"));

  // Once a button of the form is pressed, nothing is saved by itself: an autosave would do the action a second time, or
  // put a draft over what it did. One that is under way already is waited for.
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

  // After a refused save, Wagtail begins an autosave before the comments stand in the form: it would lose them.
  const lacksComments = (formData) =>
    !formData.has("comments-TOTAL_FORMS") &&
    (document.readyState !== "complete" || document.getElementById("comments-output"));

  addEventListener(
    "w-autosave:save",
    (event) => {
      const { formData } = event.detail;
      const tooEarly = lacksComments(formData);
      refused ||= tooEarly;
      underWay = !pressed && !tooEarly && ![...formData.keys()].some((name) => name.startsWith("action-"));
      if (underWay) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );

  // When the dialog of the schedule is closed, Wagtail takes back what was typed there. It may have been saved by itself
  // already, and stands on the page as the schedule: then publishing would drop it. So it stays.
  addEventListener(
    "w-dialog:hidden",
    (event) => {
      if (event.target.matches?.("#schedule-publishing-dialog input")) event.stopImmediatePropagation();
    },
    { capture: true },
  );

  // What this form saved by itself is no change of somebody else's: a button sends the form as one that shows it.
  const showOwnRevision = ({ revision_id, revision_created_at }) => {
    const form = document.querySelector("[data-edit-form]");
    const shown = { loaded_revision_id: revision_id, loaded_revision_created_at: revision_created_at };
    for (const [name, value] of Object.entries(shown)) {
      const input = form?.elements.namedItem(name);
      if (input) input.value = value;
    }
  };

  const ended = (event) => {
    refused = event.type === "w-autosave:error";
    if (!refused) showOwnRevision(event.detail.data);
    underWay = false;
    waiting?.click();
    waiting = null;
  };
  addEventListener("w-autosave:success", ended, { capture: true });
  addEventListener("w-autosave:error", ended, { capture: true });

  addEventListener("load", () => {
    const form = document.querySelector("[data-edit-form]");
    const comments = document.getElementById("comments-output");
    if (!form || !comments) return;

    // Wagtail does not see that a comment was corrected after it was refused.
    const saveAgain = () => {
      if (refused) form.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, detail: { type: "edits" } }));
    };
    new MutationObserver(saveAgain).observe(comments, { attributeFilter: ["value"], childList: true, subtree: true });
    if (comments.hasChildNodes()) saveAgain();

    // On the page that a refused save gives, Wagtail looks for no more edits, and so would never save the correction.
    // Another interval makes it look; meanwhile it still knows that something was not saved.
    if (form.dataset.wUnsavedForceValue !== "true") return;
    form.addEventListener("w-unsaved:watch-edits", saveAgain, { once: true }); // what was corrected before it looked
    form.dataset.wUnsavedForceValue = "false";
    form.dataset.wUnsavedCheckIntervalValue = "501";
    requestAnimationFrame(() => {
      form.dataset.wUnsavedForceValue = "true";
    });
  });

  jQuery(document).on("hidden.bs.modal", () => {
    pressed = false; // who closes the dialog of an action goes on writing
  });
})();
