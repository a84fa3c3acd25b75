"""The proofs assert outside of a test module; pytest shall explain them too."""

import pytest

pytest.register_assert_rewrite(
    "tests.life.proofs", "tests.life.replay", "tests.life.guests", "tests.life.staff", "tests.life.callers"
)
