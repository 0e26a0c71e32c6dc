// Counts the boxes that are ticked in a list. The boxes and buttons work without it.
(() => {
    function count() {
        const place = document.querySelector("[data-ticked-count]");
        if (!place) return;
        const number = document.querySelectorAll('td input[form="ticked"]:checked').length;
        const text = number ? `${number} ${place.dataset.tickedCount}` : "";
        if (place.textContent !== text) place.textContent = text;
    }
    document.addEventListener("change", count);
    window.addEventListener("pageshow", count); // boxes stay ticked when one comes back
})();
