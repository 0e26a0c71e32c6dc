// The browser's Back button asks for the page of a form anew and puts back the values that stood in its fields. The
// version that the form was shown with must come back with them: else they would overwrite what was saved since. A text
// field is put back only if its value differs from the one that the page gave it.
addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("[data-form-version]")) {
    field.value = `${field.value}`; // a value that was set stays when the default changes
    field.defaultValue = "";
  }
});
