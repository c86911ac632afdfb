"""Slope advice: the walk without inversions takes the same steps as the plain one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkos.host.errors import OracleError
from zkos.host.oracle.slopes import _MULTIPLES_OF_G, _ProjectiveWalk, _Walk, slope_advice
from zkos.interface.secp256k1 import G, P

STEPS = st.lists(st.sampled_from(["double", 0, 1, 2, -1, -2, -3]), max_size=30)


def entry(step):
    x, y = _MULTIPLES_OF_G[abs(step) - 1 if step < 0 else step]
    return (x, P - y) if step < 0 else (x, y)


@given(STEPS)
def test_both_walks_have_the_same_slopes(steps):
    plain, projective, total = _Walk(), _ProjectiveWalk(), None
    for step in steps:
        if step == "double":
            total = None if total is None else plain.double(total)
            projective.double()
        else:
            total = plain.add(total, entry(step))
            projective.add(entry(step))
    assert projective.slopes() == plain.slopes


def test_meeting_itself_doubles_and_meeting_its_negative_ends_at_infinity():
    doubled = _Walk()
    doubled.double(G)
    walk = _ProjectiveWalk()
    for step in (0, 0, -1, -1, 0):  # G, 2G, G, infinity, G
        walk.add(entry(step))
    slopes = walk.slopes()
    assert len(slopes) == 3
    assert slopes[0] == doubled.slopes[0]
    assert slopes[2] == 0


def test_a_point_off_the_curve_gets_no_advice():
    with pytest.raises(OracleError, match="not on the curve"):
        slope_advice(1, 1, (G[0], G[1] + 1))
