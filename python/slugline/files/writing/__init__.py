"""What a run leaves behind: parts that are whole, a journal, bad records, and the report."""
