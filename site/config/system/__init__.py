"""The page “System” of administrators: workers, tasks, e-mails that wait, backups, and versions."""
