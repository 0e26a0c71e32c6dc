// Shows what a search finds while one types, and moves through it by keyboard. Without script Enter opens a page.
document.querySelectorAll("[data-results]").forEach((box) => {
    const input = box.querySelector("input"), list = box.querySelector(".search-found"), status = box.querySelector("[role=status]");
    const STOPS = "a, button";
    const SHORTEST = 2, PAUSE = 150; // characters; milliseconds after a key press
    let timer, request;

    if (location.href.split("?")[0] === box.action) input.value = new URLSearchParams(location.search).get("q") ?? ""; // to change a letter

    const close = () => {
        clearTimeout(timer);
        request?.abort();
        list.hidden = true;
        status.textContent = "";
    };
    const show = async () => {
        const text = input.value.trim();
        if (text.length < SHORTEST) return close();
        request?.abort();
        request = new AbortController();
        try {
            const answer = await fetch(`${box.dataset.results}?${new URLSearchParams({ q: text })}`, { signal: request.signal });
            if (!answer.ok) throw new Error(answer.statusText);
            list.innerHTML = await answer.text();
            const found = list.querySelectorAll(STOPS).length;
            list.hidden = !list.textContent.trim();
            status.textContent = found || list.textContent.trim();
        } catch (error) {
            if (error.name !== "AbortError") status.textContent = status.dataset.failed;
        }
    };
    input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(show, PAUSE);
    });
    input.addEventListener("focus", () => (list.hidden = !list.childElementCount || input.value.trim().length < SHORTEST));

    box.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !list.hidden) {
            event.preventDefault();
            input.focus();
            close();
        } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            if (list.hidden) return;
            event.preventDefault();
            const stops = [input, ...list.querySelectorAll(STOPS)];
            const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
            stops[(next + stops.length) % stops.length].focus();
        }
    });
    document.addEventListener("click", (event) => box.contains(event.target) || close());
    box.addEventListener("focusout", (event) => event.relatedTarget && !box.contains(event.relatedTarget) && close());
});

let left; // what had the focus before Ctrl+K
document.addEventListener("keydown", (event) => {
    const input = document.getElementById("search-box");
    if (!input) return;
    if (event.key === "Escape" && event.target === input && !event.defaultPrevented) {
        input.blur();
        left?.focus();
        return;
    }
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (document.activeElement !== input) left = document.activeElement;
    input.focus();
    input.select();
});
