// In the editor of the check: where an answer leads is chosen from the names that stand in the form. A question or an
// outcome that gets another name keeps the answers that lead to it. Without this script one types the name.
(() => {
  const NAMES = "[data-check-name]";
  const namesNow = () =>
    [...document.querySelectorAll(NAMES)].filter((input) => input.value.trim() && !input.closest("[aria-hidden]"));

  class CheckTarget extends window.StimulusModule.Controller {
    connect() {
      this.select = document.createElement("select");
      for (const name of ["id", "aria-describedby", "aria-labelledby"]) {
        const value = this.element.getAttribute(name);
        if (value) this.select.setAttribute(name, value);
      }
      this.element.id = `${this.element.id}-name`;
      this.element.type = "hidden";
      this.element.after(this.select);
      this.refresh = this.refresh.bind(this);
      this.renamed = this.renamed.bind(this);
      this.select.addEventListener("focus", this.refresh);
      this.select.addEventListener("pointerdown", this.refresh);
      this.select.addEventListener("change", () => this.choose(this.select.value));
      document.addEventListener("input", this.renamed);
      // Blocks further down may not be there yet.
      requestAnimationFrame(this.refresh);
    }

    disconnect() {
      document.removeEventListener("input", this.renamed);
      this.select.remove();
    }

    refresh() {
      const chosen = this.element.value.trim();
      const own = this.element.closest("[data-contentpath='answers']")?.parentElement?.querySelector(NAMES);
      const found = namesNow().filter((input) => input !== own);
      this.named = found.find((input) => input.value.trim() === chosen);
      this.select.replaceChildren(new Option("—", "", !chosen, !chosen));
      for (const kind of ["question", "outcome"]) {
        const group = document.createElement("optgroup");
        group.label = this.element.dataset[kind];
        for (const input of found.filter((one) => one.dataset.checkName === kind)) {
          const name = input.value.trim();
          group.append(new Option(name, name, name === chosen, name === chosen));
        }
        if (group.children.length) this.select.append(group);
      }
      if (chosen && !this.named) this.select.append(new Option(`${chosen} (?)`, chosen, true, true));
    }

    renamed(event) {
      if (!event.target.matches?.(NAMES)) return;
      if (event.target === this.named && event.target.value.trim()) this.choose(event.target.value.trim());
      this.refresh();
    }

    choose(name) {
      this.element.value = name;
      this.element.dispatchEvent(new Event("change", { bubbles: true }));
      this.refresh();
    }
  }

  window.wagtail.app.register("check-target", CheckTarget);
})();
