"""What people do with flags: the queue, and the day's report."""
