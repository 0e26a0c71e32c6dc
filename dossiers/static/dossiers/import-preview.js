// Keeps what was typed or chosen in a preview when somebody follows a link on it, and asks before the page is left.
// Without script each button of the page keeps it.
(() => {
    const form = document.querySelector("[data-keeps-input]");
    if (!form) return;
    const asTyped = () => new URLSearchParams(new FormData(form)).toString();
    const atFirst = asTyped();
    let leaving = false;

    form.addEventListener("submit", () => (leaving = true));
    window.addEventListener("pageshow", () => (leaving = false));
    document.addEventListener("click", (event) => {
        const link = event.target.closest('#main a[href]:not([href^="#"])');
        const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || link?.target;
        if (!link || elsewhere || asTyped() === atFirst) return;
        event.preventDefault();
        form.elements.back.value = link.getAttribute("href");
        form.requestSubmit();
    });
    window.addEventListener("beforeunload", (event) => {
        if (!leaving && asTyped() !== atFirst) event.preventDefault();
    });
})();
