"""Work on what users bring runs in a process of its own, under limits of time, memory and output."""
