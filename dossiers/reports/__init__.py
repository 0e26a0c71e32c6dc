"""What the pilot brought, as tables and charts: from figures, for the screen, a spreadsheet and the evaluation."""
