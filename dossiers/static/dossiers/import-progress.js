// Shows how far an import is, opens the page again when its first lines are there, and its next page when it is done.
// It says so when nothing works on it, because no worker runs. Without script the page reloads itself.
(() => {
    const place = document.querySelector("[data-progress-url]");
    if (!place) return;
    const bar = place.querySelector("progress");
    const text = place.querySelector("[data-progress-text]");
    const note = place.querySelector("[data-progress-note]");
    const standstill = place.querySelector("[data-progress-stalled]");
    const number = new Intl.NumberFormat("nl-NL");

    async function look() {
        try {
            const answer = await fetch(place.dataset.progressUrl, { headers: { Accept: "application/json" } });
            const { busy, done, total, stalled } = await answer.json();
            if (!busy || (done && "opensAgain" in place.dataset)) return location.reload();
            bar.hidden = text.hidden = note.hidden = stalled;
            standstill.hidden = !stalled;
            if (done) {
                const far = total ? `${number.format(done)} / ${number.format(total)}` : number.format(done);
                text.textContent = `${far} ${place.dataset.lines}`;
                if (total) {
                    bar.max = total;
                    bar.value = done;
                }
            }
        } catch {
            // The server is away for a moment: look again.
        }
        setTimeout(look, 700);
    }

    look();
})();
