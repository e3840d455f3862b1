"""Who goes to which school, when, with which papers; and what goes from one machine to another."""
