// A date stays as it was typed, and the form says what is wrong with it: Wagtail's picker makes 2 March of 31 February
// and today of what it can't read, as soon as one goes to the next field. Nor does it count on while one scrolls, or
// open, a moment late, over the field that one went on to. It closes when one types, Enter sends the form as in any
// other field, and it opens above the field if it would cover the form's button.
(() => {
  const getPicker = (field) => jQuery(field).data("xdsoft_datetimepicker")?.[0];

  const uncoverButtons = (field) => {
    const picker = getPicker(field);
    const { top, bottom, left, right } = picker.getBoundingClientRect();
    const isCovered = (button) => {
      const box = button.getBoundingClientRect();
      return box.width > 0 && box.top < bottom && box.bottom > top && box.left < right && box.right > left;
    };
    const buttons = field.form?.querySelectorAll("button:not([type=button]), [type=submit]") ?? [];
    const above = jQuery(field).offset().top - picker.offsetHeight;
    if (above >= 0 && [...buttons].some(isCovered)) picker.style.top = `${above}px`;
  };

  jQuery.extend(jQuery.fn.datetimepicker.defaults, {
    validateOnBlur: false,
    scrollInput: false,
    enterLikeTab: false,
    onShow: (_time, input) => {
      if (!input.is(":focus") || input.data("typed")) return false;
      requestAnimationFrame(() => uncoverButtons(input[0]));
      return true;
    },
  });
  addEventListener("input", ({ target, isTrusted }) => {
    if (!isTrusted || !getPicker(target)) return;
    jQuery(target).data("typed", true).datetimepicker("hide");
  });
  addEventListener("mousedown", ({ target }) => jQuery(target).removeData("typed"));
  // The browser's Back button restores no field whose autocompletion is off; its list of earlier dates would cover the
  // calendar while one types.
  addEventListener("focusin", ({ target }) => {
    if (getPicker(target)) target.autocomplete = "off";
  });
  addEventListener("focusout", ({ target }) => {
    if (!getPicker(target)) return;
    jQuery(target).removeData("typed").datetimepicker("hide");
    target.removeAttribute("autocomplete");
  });
  addEventListener("submit", ({ target }) => {
    for (const field of target.elements) if (getPicker(field)) field.removeAttribute("autocomplete");
  });
})();
