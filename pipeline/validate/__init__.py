"""The rules of validation, one module a subject: a reader takes a row and gives a value and what is wrong with it."""
