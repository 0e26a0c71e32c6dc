// Cards of the board can be dragged to a column: that sends the card's own form, with the column's step.
// Without script, and with the keyboard, the form's list and button do the same.
(() => {
    const board = document.querySelector("[data-board]");
    if (!board) return;
    let dragged = null;

    // The page opens at the card that was moved: who works with the keyboard goes on there.
    addEventListener("load", () => {
        const moved = document.getElementById(location.hash.slice(1));
        (moved?.querySelector("select") ?? moved?.querySelector("a"))?.focus({ preventScroll: true });
    });

    function columnOf(event) {
        const column = event.target.closest("[data-step]");
        return dragged && column && !column.contains(dragged) ? column : null;
    }

    function mark(column) {
        for (const one of board.querySelectorAll("[data-step]")) one.classList.toggle("board-column--over", one === column);
    }

    board.addEventListener("dragstart", (event) => {
        dragged = event.target.closest("[data-card]");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", "");
    });
    board.addEventListener("dragover", (event) => {
        const column = columnOf(event);
        mark(column);
        if (column) event.preventDefault();
    });
    board.addEventListener("dragend", () => {
        dragged = null;
        mark(null);
    });
    board.addEventListener("drop", (event) => {
        const column = columnOf(event);
        if (!column) return;
        event.preventDefault();
        const form = dragged.querySelector("form");
        const choice = form.elements.step;
        const { step } = column.dataset;
        // A step that this card can't take is sent all the same: the answer says why.
        if (![...choice.options].some((one) => one.value === step)) choice.add(new Option("", step));
        choice.value = step;
        form.submit();
    });
})();
