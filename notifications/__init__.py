"""What reaches a person: notices in the inbox and by e-mail, in the reader's language, with nothing that could leak."""
