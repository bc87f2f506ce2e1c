// A click on a user fills in the login form, without submitting it.
const username = document.getElementById('username');
const password = document.getElementById('password');

if (password) {
  for (const person of document.querySelectorAll('button.person')) {
    person.disabled = false;
    person.title = `Fill in the form as ${person.dataset.username}`;
    person.addEventListener('click', () => {
      if (username) username.value = person.dataset.username;
      password.value = person.dataset.password;
      password.form.querySelector('button').focus();
    });
  }
}
