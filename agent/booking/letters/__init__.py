"""What is written to customers and what they ask: mails, their guards, statements, answers."""
