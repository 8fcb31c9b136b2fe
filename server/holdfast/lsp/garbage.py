"""When Python looks for unreachable objects.

What is imported at the start are some hundred thousand objects that stay. Looking through them again and again takes a
fifth of the start, and later, at some key, tens of milliseconds at once. So nothing is looked for until the window has
started, and what is there by then is never looked through again.
"""

import gc


def wait_for_start() -> None:
    """From here on, only growing."""
    gc.disable()


def leave_alone_what_is_there() -> None:
    """The start is over: look for garbage among what comes from now on."""
    gc.freeze()
    gc.enable()
