// The browser's Back button asks for the page of a form anew and fills in what was typed, so that the form can be sent a
// second time. The entry in the browser's history says as which form it was sent the first time. See
// config.repeated_forms.
(() => {
  const sent = history.state?.sentForm;
  const isSent = (form) => sent?.action === form.getAttribute("action");

  addEventListener("formdata", ({ target, formData }) => {
    if (isSent(target)) formData.set("form-id", sent.id);
  });

  addEventListener("submit", ({ target }) => {
    const token = target.elements.csrfmiddlewaretoken;
    if (!token) return;
    const id = isSent(target) ? sent.id : target.elements["form-id"]?.value || token.value.slice(0, 32);
    history.replaceState({ ...history.state, sentForm: { action: target.getAttribute("action"), id } }, "");
  });
})();
