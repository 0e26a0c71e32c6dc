// Buttons that fill in a day, such as tomorrow.
document.querySelectorAll(".quick-days").forEach((days) => {
    const input = document.getElementById(days.dataset.field);
    days.hidden = false;
    days.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        input.value = button.value;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    });
});
