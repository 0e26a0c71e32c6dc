// A login in another tab changes the CSRF token, so the form takes the present one. Without this the user presses twice.
document.querySelector("[data-send-again]").addEventListener("submit", ({ target }) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (token) target.elements.csrfmiddlewaretoken.value = token[1];
});
