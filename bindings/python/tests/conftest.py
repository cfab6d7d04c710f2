"""What several tests share."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

import memsim

SHAPE = (12, 7)


@pytest.fixture
def cells() -> memsim.Array:
    """An array with a history: some cells set, some partly reset."""
    array = memsim.Array("synaptogen", SHAPE, seed=5)
    array.apply(-1.5, where=np.arange(84).reshape(SHAPE) % 2 == 0)
    array.apply(0.9, where=np.arange(84).reshape(SHAPE) % 3 == 0)
    return array


@contextmanager
def refused(array: memsim.Array, error: type[Exception], match: str = ".") -> Iterator[None]:
    """Expects an error with a sentence that leaves `array` as it was."""
    before = array.hash()
    with pytest.raises(error, match=match) as caught:
        yield
    assert str(caught.value)
    assert array.hash() == before
