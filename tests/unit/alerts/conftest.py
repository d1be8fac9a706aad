from collections.abc import Iterator

import pytest

from tests.unit.alerts.support import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
