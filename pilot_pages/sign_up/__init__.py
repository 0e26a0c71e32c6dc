"""An employer's sign-up: the form, the record that it makes, the e-mail with the signed link, the pages behind it."""
