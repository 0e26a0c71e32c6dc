// Filters and search change a list without a new page: a link that takes the list out follows its address.
document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-follows-list]");
    if (!link) return;
    const to = new URL(link.href);
    const columns = to.searchParams.get("columns");
    to.search = location.search;
    if (columns) to.searchParams.set("columns", columns);
    link.href = to;
}, true);
