"""Reports: tables and charts of figures, for the screen, for spreadsheets and for evaluations."""
