"""What a class leaves: the letter of its teacher, that of its school, and the follow-up."""
