"""The sign-up of employers: the form, the record it creates, the e-mail with a signed link, the pages of that link."""
