"""The one login of the backoffice: allauth's, with a second factor and a lockout."""
