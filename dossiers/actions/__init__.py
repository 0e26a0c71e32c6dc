"""Actions that rules make: what each rule sees, how its actions come and go, and the e-mail that tells of them."""
