"""What a user does with the pointer: one class a gesture, with start, move, end and cancel."""
