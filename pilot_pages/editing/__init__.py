"""The pages, notices and workflow of communications staff in the backoffice, beside Wagtail's own."""
