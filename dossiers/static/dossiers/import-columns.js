// Saves the choices about the columns of a list as they are made. Without script the button saves them.
(() => {
    const form = document.querySelector("[data-saves-choices]");
    if (!form) return;
    const status = form.querySelector("[data-saved]");
    let before = Promise.resolve(), waiting = 0;

    const save = async () => {
        const choices = new FormData(form);
        choices.set("step", "draft");
        let isSaved = false;
        try {
            const answer = await fetch(location.href, { method: "POST", body: choices, redirect: "manual", keepalive: true });
            isSaved = answer.status === 204;
        } catch {
            // There is no connection.
        }
        status.textContent = isSaved ? status.dataset.saved : status.dataset.failed;
        if (isSaved) form.dataset.wUnsavedHasEditsValue = "false";
    };
    form.addEventListener("change", () => {
        waiting += 1;
        before = before.then(save).finally(() => (waiting -= 1));
    });
    form.addEventListener("click", (event) => {
        const suggestion = event.target.closest("[data-suggests]");
        if (!suggestion) return;
        event.preventDefault();
        const field = suggestion.closest("td").querySelector("select");
        field.value = suggestion.dataset.suggests;
        field.dispatchEvent(new Event("change", { bubbles: true }));
        field.focus();
        suggestion.remove();
    });
    // A choice that is saved after the list was read would be shown as one that was made since.
    document.addEventListener("submit", (event) => {
        if (!waiting) return;
        event.preventDefault();
        before.then(() => event.target.requestSubmit(event.submitter));
    });
})();
