"""The timeline's part of the application: reads edits from the graph and writes them back."""
