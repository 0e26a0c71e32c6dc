// Moves cards of the board, by dragging or with the buttons of a card, and shows on the card why a step is refused.
// Without script the same form is sent, and the refusal is a message above the board.
(() => {
    const board = document.querySelector("[data-board]");
    if (!board) return;
    const columns = [...board.querySelectorAll("[data-step]")];
    let dragged = null;

    // The page opens at the card that was moved: who works with the keyboard goes on there.
    addEventListener("load", () => {
        const moved = document.getElementById(location.hash.slice(1));
        if (!moved?.matches("[data-card]")) return;
        moved.scrollIntoView({ block: "nearest" });
        (moved.querySelector(".board-move summary") ?? moved.querySelector("a")).focus({ preventScroll: true });
    });

    function open(url) {
        const isSamePage = url.pathname + url.search === location.pathname + location.search;
        if (!isSamePage) return location.assign(url);
        history.replaceState(null, "", url);
        location.reload();
    }

    function refuse(card, text) {
        const refusal = document.createElement("p");
        refusal.className = "board-refusal";
        refusal.setAttribute("role", "alert");
        card.append(refusal);
        refusal.textContent = text;
        refusal.scrollIntoView({ block: "nearest" });
    }

    async function move(card, step) {
        if (card.getAttribute("aria-busy") === "true") return;
        const form = card.querySelector("form");
        const data = new FormData(form);
        data.set("step", step);
        card.querySelector(".board-refusal")?.remove();
        card.setAttribute("aria-busy", "true");
        let response;
        try {
            response = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
        } catch {
            card.removeAttribute("aria-busy");
            return refuse(card, board.dataset.board);
        }
        if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
            // Such as a login that ended: the page itself says so.
            const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "step", value: step });
            form.append(hidden);
            return form.submit();
        }
        const { url, refusal } = await response.json();
        if (url) return open(new URL(url, location));
        card.removeAttribute("aria-busy");
        refuse(card, refusal);
    }

    function columnOf(event) {
        const column = event.target.closest("[data-step]");
        return dragged && column && !column.contains(dragged) ? column : null;
    }

    function mark(over) {
        for (const column of columns) column.classList.toggle("board-column--over", column === over);
    }

    function markRefusing(card) {
        const possible = card?.dataset.possible.split(" ");
        for (const column of columns) {
            const refuses = card && !column.contains(card) && !possible.includes(column.dataset.step);
            column.classList.toggle("board-column--refuses", Boolean(refuses));
        }
    }

    board.addEventListener("dragstart", (event) => {
        dragged = event.target.closest?.("[data-card][draggable]");
        if (!dragged) return;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", "");
        dragged.classList.add("board-card--dragged");
        markRefusing(dragged);
    });
    board.addEventListener("dragover", (event) => {
        const column = columnOf(event);
        mark(column);
        if (column) event.preventDefault();
    });
    board.addEventListener("dragend", () => {
        dragged?.classList.remove("board-card--dragged");
        dragged = null;
        mark(null);
        markRefusing(null);
    });
    board.addEventListener("drop", (event) => {
        const column = columnOf(event);
        if (!column) return;
        event.preventDefault();
        move(dragged, column.dataset.step);
    });
    board.addEventListener("submit", (event) => {
        event.preventDefault();
        move(event.target.closest("[data-card]"), event.submitter.value);
    });
})();
