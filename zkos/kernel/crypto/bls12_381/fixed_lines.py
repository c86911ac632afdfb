"""The lines of Miller's loop for two fixed points of BLS12-381's second group, as constants.

The second group is on y² = x³ + 4·xi over Fp2. A line through its points, evaluated at (x, y) of
the first group and divided by y, is w³ - slope·(x/y)·w² + constant·(1/y); what it loses by the
division, and by moving from the twist, lies in a proper subfield and is lost in the final power.

Source:  Costello, Stebila, "Fixed argument pairings" (2010). The points: the generator, and the
         generator times tau in Ethereum's trusted setup (ethereum/consensus-specs,
         trusted_setup_4096.json, g2_monomial[1]).
Errors:  none.
"""

from zkos.kernel.crypto.bls12_381.curve import FP, P, X
from zkos.lang import table, u512

Number = tuple[int, int]
"""An element of Fp2."""
Point = tuple[Number, Number]

GENERATOR: Point = (
    (
        int(
            "024AA2B2F08F0A91260805272DC51051C6E47AD4FA403B02"
            "B4510B647AE3D1770BAC0326A805BBEFD48056C8C121BDB8",
            16,
        ),
        int(
            "13E02B6052719F607DACD3A088274F65596BD0D09920B61A"
            "B5DA61BBDC7F5049334CF11213945D57E5AC7D055D042B7E",
            16,
        ),
    ),
    (
        int(
            "0CE5D527727D6E118CC9CDC6DA2E351AADFD9BAA8CBDD3A7"
            "6D429A695160D12C923AC9CC3BACA289E193548608B82801",
            16,
        ),
        int(
            "0606C4A02EA734CC32ACD2B02BC28B99CB3E287E85A763AF"
            "267492AB572E99AB3F370D275CEC1DA1AAA9075FF05F79BE",
            16,
        ),
    ),
)
TAU: Point = (
    (
        int(
            "185CBFEE53492714734429B7B38608E23926C911CCECEAC9"
            "A36851477BA4C60B087041DE621000EDC98EDADA20C1DEF2",
            16,
        ),
        int(
            "15BFD7DD8CDEB128843BC287230AF38926187075CBFBEFA8"
            "1009A2CE615AC53D2914E5870CB452D2AFAAAB24F3499F72",
            16,
        ),
    ),
    (
        int(
            "014353BDB96B626DD7D5EE8599D1FCA2131569490E28DE18"
            "E82451A496A9C9794CE26D105941F383EE689BFBBB832A99",
            16,
        ),
        int(
            "1666C54B0A32529503432FCAE0181B4BEF79DE09FC63671F"
            "DA5ED1BA9BFA07899495346F3D7AC9CD23048EF30D0A154F",
            16,
        ),
    ),
)


def _subtract(a: Number, b: Number) -> Number:
    return (a[0] - b[0]) % P, (a[1] - b[1]) % P


def _multiply(a: Number, b: Number) -> Number:
    return (a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P


def _divide(a: Number, b: Number) -> Number:
    inverse = pow(b[0] * b[0] + b[1] * b[1], -1, P)
    return _multiply(a, (b[0] * inverse % P, -b[1] * inverse % P))


def _follow(p: Point, q: Point, slope: Number) -> tuple[Point, list[Number]]:
    """Give the sum of two points on a line, and the line."""
    x = _subtract(_subtract(_multiply(slope, slope), p[0]), q[0])
    y = _subtract(_multiply(slope, _subtract(p[0], x)), p[1])
    constant = _subtract(_multiply(slope, p[0]), p[1])
    return (x, y), [_subtract((0, 0), slope), constant]


def lines_of(q: Point) -> list[list[Number]]:
    """Give -slope and constant of each line: a doubling for every bit of X below the top, and an
    addition of q after it where the bit is one."""
    lines, t = [], q
    for bit in f"{X:b}"[1:]:
        x, y = t
        three_squares = _multiply((3, 0), _multiply(x, x))
        t, line = _follow(t, t, _divide(three_squares, _multiply((2, 0), y)))
        lines.append(line)
        if bit == "1":
            t, line = _follow(t, q, _divide(_subtract(q[1], t[1]), _subtract(q[0], t[0])))
            lines.append(line)
    return lines


_NUMBERS = [
    FP.represent(part)
    for pair in zip(lines_of(GENERATOR), lines_of(TAU), strict=True)
    for line in pair
    for number in line
    for part in number
]
NUMBERS_OF_LINE = 4
LINES_PLAIN = table(u512, [plain for plain, _ in _NUMBERS])
LINES_MACHINE = table(u512, [machine for _, machine in _NUMBERS])
"""For each step of the loop the line of GENERATOR, then that of TAU."""
