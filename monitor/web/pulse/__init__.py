"""The pulse as a plain HTML form: code, answer sheet, thanks."""
