"""The klaagmuur for whoever writes: the form, the receipt and the conversation after it."""
