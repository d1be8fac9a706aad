"""What is referred to is held elsewhere, and made again once it is gone."""

import gc

from control_map.ui.state.held import Reference


class Heavy:
    """A value."""


def test_a_reference_gives_the_value_as_long_as_something_else_holds_it_and_makes_it_again_then():
    made: list[Heavy] = []

    def make() -> Heavy:
        made.append(Heavy())
        return made[-1]

    value = Heavy()
    reference = Reference(value, make)
    assert reference.get() is value
    assert made == []
    del value
    gc.collect()
    assert reference.get() is made[0]
