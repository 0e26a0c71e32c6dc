// Chooses the field of a bulk change once its value is filled in. The round buttons work without it.
(() => {
    function choose(event) {
        const value = event.target.closest(".bulk-value");
        const radio = value && value.parentElement.querySelector('input[name="field"]');
        if (radio) radio.checked = true;
    }
    document.addEventListener("input", choose);
    document.addEventListener("change", choose);
})();
