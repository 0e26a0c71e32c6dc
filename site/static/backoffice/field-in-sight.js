// An address that ends in a field's id leads to that field: Wagtail's panels grow after the browser went there.
addEventListener("load", () => {
  const field = document.getElementById(location.hash.slice(1));
  if (!field?.matches("input, select, textarea")) return;
  field.focus({ preventScroll: true });
  field.scrollIntoView({ behavior: "instant", block: "center" });
});
