// The grid of a preview: cells are corrected by click or keyboard, and each is saved when it is left. Choices beside it
// are saved when they are made. Without script all of it is one form, which each button of the page sends.
(() => {
    const form = document.querySelector("[data-keeps-input]");
    if (!form) return;
    const grid = document.querySelector("[data-grid]");
    const status = document.querySelector("[data-saved]");
    const undoButton = document.querySelector("[data-undo]");
    const words = document.querySelector("[data-grid-words]")?.dataset ?? {};
    const edits = []; // what was saved on this page, the last at the end: [{ name, before, after }]
    const saving = new Map(); // the value that is being saved, by the name of its control
    const unsaved = new Set(); // the names of the controls that could not be saved

    // What differs from what stood in its control: a cell that was only opened is no input, nor is what the script sets.
    const asTyped = () => {
        const data = [...new FormData(form)].filter(([name]) => !["version", "back"].includes(name));
        const before = new Map(data.filter(([name]) => name.startsWith("was-")));
        const typed = data.filter(([name, value]) => !before.has(name) && before.get(`was-${name}`) !== value);
        return new URLSearchParams(typed).toString();
    };
    let atFirst = asTyped();
    let leaving = false;
    let sending = Promise.resolve(); // one request after the other, so that none overtakes another
    let waiting = 0; // requests that were not answered yet

    const showStatus = (text, failed = false) => {
        if (!status) return;
        status.textContent = text;
        status.classList.toggle("is-wrong", failed);
    };
    const controlsOf = (name) => [...form.elements].filter((control) => control.name === name);
    const wasOf = (name) => controlsOf(`was-${name}`)[0];

    // Sends some fields of the form and returns the page or the rows that come back.
    const send = async (fields) => {
        const body = new FormData();
        body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
        body.set("back", form.elements.back.value);
        if (grid) body.set("columns", grid.dataset.grid);
        body.set("action", new URLSearchParams(form.elements.back.value).get("action"));
        for (const [name, value] of fields) body.append(name, value);
        const answer = await fetch(form.getAttribute("action"), { method: "POST", body, keepalive: true });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return { page, isRows: new URL(answer.url).searchParams.has("columns") };
    };

    // The counts that do not come with the rows are those of before, until the page is asked for.
    const showTabs = (page) => {
        const tabs = page.querySelector(".import-tabs");
        const place = document.getElementById("lines");
        if (tabs && !place.contains(document.activeElement)) place.replaceChildren(tabs);
        for (const part of document.querySelectorAll("[data-refresh]")) {
            part.setAttribute("aria-busy", !(tabs && part === place));
        }
    };

    const showRows = (page) => {
        for (const row of page.querySelectorAll("tr[data-row]")) {
            const old = grid.querySelector(`tr[data-row="${row.dataset.row}"]`);
            if (!old) continue;
            grid.querySelector(`tr[data-detail="${row.dataset.row}"]`)?.remove();
            const detail = page.querySelector(`tr[data-detail="${row.dataset.row}"]`);
            const focused = old.contains(document.activeElement) && document.activeElement.closest("td.grid-cell");
            const position = focused ? cells(old).indexOf(focused) : -1;
            const isTyping = focused && document.activeElement !== focused && isOpen(focused);
            const typed = isTyping ? focusOf(focused).value : undefined;
            const pending = [...old.querySelectorAll("[name^='cell-']")].filter((control) => unsaved.has(control.name));
            const elsewhere = focused ? null : document.activeElement;
            old.replaceWith(...[row, detail].filter(Boolean));
            prepare();
            for (const { name, value } of pending) comeBack(grid.querySelector(`td[data-cell="${name}"]`), value);
            if (pending.length) elsewhere?.focus();
            if (focused) comeBack(cells(row)[position], typed);
        }
    };

    // Puts the focus where it was before the row was shown anew, with what was being typed there.
    const comeBack = (cell, typed) => {
        if (typed !== undefined && !isOpen(cell)) open(cell);
        goTo(cell);
        if (typed !== undefined) focusOf(cell).value = typed;
    };

    // What is counted above the grid changes with each cell: it is asked for when nothing more is being typed.
    let refreshing;
    const refresh = () => {
        clearTimeout(refreshing);
        refreshing = setTimeout(async () => {
            const saved = sending;
            const answer = await fetch(location.href);
            if (saved !== sending) return; // more was saved meanwhile, and the page is asked for again
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            for (const part of document.querySelectorAll("[data-refresh]")) {
                const next = page.getElementById(part.id);
                const focused = part.contains(document.activeElement) ? document.activeElement : null;
                if (!next || focused?.matches("input, select, textarea")) continue;
                part.replaceWith(next);
                const isSame = (other) => ["href", "formaction"].every((name) => other.getAttribute(name) === focused.getAttribute(name));
                if (focused) [...next.querySelectorAll("a, button")].find(isSame)?.focus();
            }
            atFirst = asTyped();
            goOn();
        }, 600);
    };

    // What stands in the cell now, which may be written otherwise than it was typed.
    const textOf = ({ name, after }) => {
        const cell = grid?.querySelector(`td[data-cell="${name}"]`);
        if (!cell) return after;
        return cell.querySelector("input[type=text], textarea")?.value ?? readText(cell);
    };
    const readText = (cell) => cell.dataset.text ?? cell.querySelector(".grid-value")?.textContent ?? "";

    const save = (changes, remember = true) => {
        const fields = [];
        for (const { name, before, after, also } of changes) {
            fields.push([name, after], [`was-${name}`, before], ...(also ?? []));
        }
        showStatus(words.saving);
        waiting += 1;
        sending = sending.then(async () => {
            try {
                const { page, isRows } = await send(fields);
                const notices = [...page.querySelectorAll(isRows ? "body > ul > li" : ".messages li")];
                const failed = notices.some((message) => message.className.includes("warning") || message.className.includes("error"));
                if (isRows && grid) showRows(page);
                showTabs(page);
                // What the button imports is what this page shows now, its own edits included.
                const version = page.querySelector("[data-version]")?.dataset.version ?? page.querySelector("[name=version]")?.value;
                if (version && form.elements.version) form.elements.version.value = version;
                showStatus(notices.map((message) => message.textContent.trim()).join(" ") || words.savedText, failed);
                // What was not saved as it was typed is the last change, and is not taken back in this way.
                if (failed) edits.length = 0;
                else if (remember) edits.push(changes.map((change) => ({ ...change, after: textOf(change) })));
                if (undoButton) undoButton.hidden = !edits.length;
                for (const { name } of changes) saving.delete(name);
                saveTheRest();
                refresh();
            } catch {
                showStatus(words.failed, true);
                for (const { name } of changes) {
                    saving.delete(name);
                    unsaved.add(name);
                }
            } finally {
                waiting -= 1;
            }
        });
        return sending;
    };

    // What could not be saved before is saved together with the next cell.
    const saveTheRest = () => {
        for (const name of [...unsaved]) {
            unsaved.delete(name);
            controlsOf(name).forEach(saveControl);
        }
    };

    // Saves the control if somebody changed it; what stands beside it about a BSN goes along.
    const saveControl = (control) => {
        const was = wasOf(control.name);
        if (!was || saving.get(control.name) === control.value) return;
        const cell = control.closest("td");
        const also = [...(cell?.querySelectorAll("[name=not_a_bsn]:checked") ?? [])].map((box) => [box.name, box.value]);
        if (control.value === was.value && !also.length) return;
        saving.set(control.name, control.value);
        const change = { name: control.name, before: was.value, after: control.value, also };
        return save([change]).then(() => {
            if (control.isConnected && !status?.classList.contains("is-wrong")) was.value = control.value;
            atFirst = asTyped();
        });
    };
    const saveAfter = ({ target: control }) => {
        if (control.form !== form) return;
        if (control.name === "not_a_bsn") {
            const typed = control.closest("td")?.querySelector("input[type=text], textarea");
            if (typed) saveControl(typed);
        } else if (/^(cell|choice)-/.test(control.name)) saveControl(control);
    };
    document.addEventListener("change", saveAfter);
    document.addEventListener("focusout", saveAfter); // once more, after it could not be saved
    undoButton?.addEventListener("click", () => {
        const last = edits.pop();
        undoButton.hidden = !edits.length;
        if (last) save(last.map(({ name, before, after }) => ({ name, before: after, after: before })), false);
    });

    // Moving and typing in the grid.

    const cells = (row) => [...row.querySelectorAll("td.grid-cell")];
    const isOpen = (cell) => Boolean(cell.querySelector("input[type=text], textarea"));
    const focusOf = (cell) => cell.querySelector("input[type=text], textarea") ?? cell;

    function prepare() {
        if (!grid) return;
        grid.setAttribute("role", "grid");
        for (const cell of grid.querySelectorAll("td.grid-cell")) {
            if (isOpen(cell)) cell.removeAttribute("tabindex");
            else if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1;
        }
        const current = grid.querySelector("td.grid-cell[tabindex='0']");
        const first = grid.querySelector("td.grid-cell[tabindex='-1']");
        if (!current && first) first.tabIndex = 0;
    }

    const goTo = (cell) => {
        if (!cell) return;
        for (const other of grid.querySelectorAll("td.grid-cell[tabindex='0']")) other.tabIndex = -1;
        if (cell.hasAttribute("tabindex")) cell.tabIndex = 0;
        const target = focusOf(cell);
        target.focus();
        if (target !== cell) target.select();
        cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    };
    const rowBeside = (row, step) => {
        let next = row;
        do next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
        while (next && !next.dataset.row);
        return next;
    };
    const neighbour = (cell, down, right) => {
        const row = cell.closest("tr");
        const inRow = cells(row);
        const position = inRow.indexOf(cell);
        if (down) {
            const other = rowBeside(row, down);
            return other && cells(other)[position];
        }
        return inRow[position + right];
    };

    // Enter goes from a wrong cell to the next one. Without one it waits until the cell is saved and found right, and goes
    // to what is asked or can be done next. The last row keeps the focus in a cell that was not wrong.
    let lastWrong; // the name of the cell that waits
    const goOn = () => {
        const cell = lastWrong && grid?.querySelector(`td[data-cell="${lastWrong}"]`);
        if (!cell || cell !== document.activeElement) return;
        lastWrong = undefined;
        const next = grid.querySelector(".grid-detail button") ?? document.querySelector("#import-state .import-actions :is(a, button)");
        next?.focus();
    };
    const finish = (cell, control) => {
        const isWrong = cell.classList.contains("is-wrong");
        const next = isWrong && [...grid.querySelectorAll("td.is-wrong")].find((other) => other !== cell && isOpen(other));
        if (!next && isWrong && control.value === wasOf(control.name)?.value) return;
        lastWrong = isWrong ? control.name : undefined;
        control.blur(); // saves it
        if (next) return goTo(next);
        cell.tabIndex = 0;
        cell.focus();
    };

    // Opens a cell for typing; `text` replaces what stands in it.
    const open = (cell, text) => {
        if (!cell.dataset.cell || isOpen(cell)) return focusOf(cell).focus();
        const name = cell.dataset.cell;
        const before = readText(cell);
        const content = [...cell.childNodes];
        const field = name.replace(/^cell-\d+-/, "");
        const isLong = before.includes("\n") || before.length > 60;
        const control = document.createElement(isLong ? "textarea" : "input");
        const was = document.createElement("input");
        Object.assign(was, { type: "hidden", name: `was-${name}`, value: before });
        Object.assign(control, { name, value: text ?? before });
        if (!isLong) control.type = "text";
        else control.rows = 4;
        for (const element of [was, control]) element.setAttribute("form", form.id);
        if (!isLong && document.getElementById(`choices-${field}`)) control.setAttribute("list", `choices-${field}`);
        control.setAttribute("aria-label", cell.dataset.label);
        cell.replaceChildren(was, control);
        cell.removeAttribute("tabindex");
        control.focus();
        if (text === undefined) control.select();
        const close = () => {
            cell.replaceChildren(...content);
            cell.tabIndex = 0;
        };
        control.addEventListener("cancel-edit", () => {
            control.value = before;
            close();
            cell.focus();
        });
        control.addEventListener("blur", () => {
            if (!cell.contains(control) || control.value !== before) return;
            close();
        });
    };

    grid?.addEventListener("click", (event) => {
        const cell = event.target.closest("td.grid-cell");
        if (!cell || event.target.closest("a, button, input, textarea, label, summary")) return;
        if (String(getSelection())) return; // somebody copies what stands there
        if (cell.dataset.cell) open(cell);
        else goTo(cell);
    });

    grid?.addEventListener("keydown", (event) => {
        const cell = event.target.closest("td.grid-cell");
        if (!cell || event.altKey || event.metaKey) return;
        const control = event.target.matches("input[type=text], textarea") ? event.target : null;
        if (!control && event.target !== cell) return;
        const move = (down, right) => {
            const next = neighbour(cell, down, right);
            const isLast = !next || (cell.classList.contains("is-wrong") && !next.classList.contains("is-wrong"));
            if (control && event.key === "Enter" && isLast) return finish(cell, control);
            if (!next) return control?.blur();
            event.preventDefault();
            control?.blur(); // saves it
            goTo(next);
        };
        const isCaretKey = control && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key);
        const isInLines = control?.matches("textarea") && (event.key.startsWith("Arrow") || (event.key === "Enter" && event.shiftKey));
        if (isCaretKey || isInLines || event.ctrlKey) return;
        if (event.key === "ArrowDown" || (control && event.key === "Enter")) {
            if (control && event.key === "ArrowDown" && control.hasAttribute("list")) return; // opens the choices
            event.preventDefault(); // Enter does not send the form
            move(1, 0);
        } else if (event.key === "ArrowUp") {
            if (control?.hasAttribute("list")) return;
            move(-1, 0);
        } else if (event.key === "ArrowRight") move(0, 1);
        else if (event.key === "ArrowLeft") move(0, -1);
        else if (event.key === "Tab" && control) move(0, event.shiftKey ? -1 : 1);
        else if (event.key === "Escape" && control) {
            event.preventDefault();
            const was = wasOf(control.name);
            if (cell.classList.contains("is-wrong") || !was) control.value = was?.value ?? control.value;
            control.dispatchEvent(new Event("cancel-edit"));
        } else if (!control && !cell.dataset.cell) {
            if (words.locked && (["Enter", "F2", "Delete", "Backspace"].includes(event.key) || event.key.length === 1)) {
                showStatus(words.locked);
            }
        } else if (!control) {
            if (event.key === "Enter" || event.key === "F2") {
                event.preventDefault();
                open(cell);
            } else if (event.key === "Delete" || event.key === "Backspace") {
                event.preventDefault();
                open(cell, "");
            } else if (event.key.length === 1) {
                event.preventDefault();
                open(cell, event.key);
            }
        }
    });
    document.addEventListener("keydown", (event) => {
        const isTyping = event.target.matches("input, textarea, select");
        if ((event.ctrlKey || event.metaKey) && event.key === "z" && !isTyping && edits.length) {
            event.preventDefault();
            undoButton.click();
        }
    });

    // The next rows come when the end of these is near.

    const pages = document.querySelector("[data-next-rows]");
    if (grid && pages && "IntersectionObserver" in window) {
        const frame = grid.closest(".grid-frame");
        let next = Number(pages.dataset.nextRows);
        let loading = false;
        const load = async () => {
            if (loading || next > Number(pages.dataset.lastRows)) return;
            loading = true;
            const address = new URL(location.href);
            address.searchParams.set("p", String(next));
            address.searchParams.set("action", new URLSearchParams(form.elements.back.value).get("action"));
            address.searchParams.set("columns", grid.dataset.grid);
            address.hash = "";
            try {
                const answer = await fetch(address);
                const rows = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("tbody > tr");
                grid.tBodies[0].append(...[...rows].filter((row) => !row.id || !document.getElementById(row.id)));
                next += 1;
                prepare();
                atFirst = asTyped();
            } finally {
                loading = false;
            }
            watch();
        };
        const observer = new IntersectionObserver(
            (entries) => entries.some((entry) => entry.isIntersecting) && load(),
            { root: frame, rootMargin: "0px 0px 2500px 0px" },
        );
        const watch = () => {
            observer.disconnect();
            if (grid.tBodies[0].lastElementChild) observer.observe(grid.tBodies[0].lastElementChild);
        };
        watch();
        pages.hidden = true;
    }

    // Leaving the page.

    form.addEventListener("submit", (event) => {
        leaving = true;
        if (!waiting) return;
        event.preventDefault();
        sending.then(() => form.requestSubmit(event.submitter));
    });
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
    document.documentElement.classList.add("has-grid-script");
    prepare();
})();
