// A date stays as it was typed, and the form says what is wrong with it: Wagtail's picker makes 2 March of 31 February
// and today of what it can't read, as soon as one goes to the next field. Nor does it count on while one scrolls, or
// open, a moment late, over the field that one went on to.
jQuery.extend(jQuery.fn.datetimepicker.defaults, {
  validateOnBlur: false,
  scrollInput: false,
  onShow: (_time, input) => input.is(":focus"),
});
addEventListener("focusout", ({ target }) => {
  if (jQuery(target).data("xdsoft_datetimepicker")) jQuery(target).datetimepicker("hide");
});
