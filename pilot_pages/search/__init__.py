"""The search of the public site: live pages, each question with its answer, and the rules that pages show."""
