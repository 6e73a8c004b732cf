"""Every error is a sentence, and knows its status."""

import pytest

from safecity.base import errors
from safecity.base.errors import SafeCityError

TREE = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SafeCityError)]


@pytest.mark.parametrize("kind", TREE)
def test_an_error_without_words_still_says_a_sentence(kind: type[SafeCityError]):
    sentence = kind().sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert 400 <= kind.http_status <= 503
