"""One file a paper: each turns a document or notice into the data of a paper, in the words of a language."""
