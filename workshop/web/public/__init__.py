"""What anybody may see: the door, our workshops, what is kept, the accessibility statement."""
