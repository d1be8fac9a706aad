"""What the user chooses in the toolbar: the conflict, the method, the reports, the date to compare with, the layers.

The values are read from the session state before anything is shown; the inputs that set them are made when their
popover is open.
"""
