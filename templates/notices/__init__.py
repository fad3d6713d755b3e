"""One file a group of notices: each turns a notice into the view of a mail, in the words of a language."""
