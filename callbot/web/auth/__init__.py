"""Who may do what in the console: accounts, passwords, log-ins, rights."""
