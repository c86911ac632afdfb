"""Random scripts of transactions and frames against a plain model of the IO subsystem."""

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel.system import script as s
from tests.kernel.system.model import EVM, Model, Record, account_bytes, keccak256
from tests.support.oracle import FakeHost, connected_oracle

PLENTY = 10**13
ADDRESSES = (0x0A, 0x51, 0x52, 2**159 + 3, 0x8003)
BIG = 2**256 - 1
CODE = bytes(range(0x5B, 0x5B + 70))
INITIAL_SLOTS = {(0x51, 1): 5, (0x51, 2): 0, (2**159 + 3, 1): BIG}
INITIAL_ACCOUNTS = {0x51: Record(7, 10**18), 0x52: Record(0, 3)}

addresses = st.sampled_from(ADDRESSES[:4])
payers = st.sampled_from((0, EVM))
keys = st.sampled_from((0, 1, 2, BIG))
numbers = st.sampled_from((0, 1, 5, 2**255, BIG))
lengths = st.sampled_from((0, 1, 4, 64, 65))

operations = st.one_of(
    st.tuples(st.just(s.READ_SLOT), payers, addresses, keys),
    st.tuples(st.just(s.TOUCH_SLOT), st.just(2), addresses, keys),
    st.tuples(st.just(s.WRITE_SLOT), payers, addresses, keys, numbers),
    st.tuples(st.just(s.WRITE_SLOT), st.just(EVM), addresses, keys, numbers),
    st.tuples(st.just(s.WRITE_TRANSIENT), payers, addresses, keys, numbers),
    st.tuples(st.just(s.READ_TRANSIENT), payers, addresses, keys),
    st.tuples(st.just(s.READ_ACCOUNT), st.sampled_from((0, 1, 2)), addresses),
    st.tuples(st.just(s.INCREMENT_NONCE), payers, addresses),
    st.tuples(
        st.just(s.TRANSFER), payers, addresses, addresses, st.sampled_from((0, 1, 3, 10**17))
    ),
    st.tuples(st.just(s.DEPLOY_CODE), st.just(0), addresses, st.just(0), lengths),
    st.tuples(st.just(s.DELEGATE), st.just(0), addresses, st.sampled_from((0, 0x99))),
    st.tuples(st.just(s.FETCH_CODE), payers, addresses),
    st.tuples(st.just(s.FETCH_OBSERVABLE), payers, addresses),
    st.tuples(st.just(s.DESTROY), st.just(0), addresses, addresses, st.booleans()),
    st.tuples(st.just(s.EVENT), st.just(EVM), addresses, st.just(0), lengths, st.just(1), keys),
    st.tuples(st.just(s.MESSAGE), st.just(EVM), addresses, st.just(0), lengths),
    st.tuples(st.just(s.PUBDATA)),
    st.tuples(st.just(s.REFUND)),
    st.tuples(st.just(s.START_FRAME)),
    st.tuples(st.just(s.FINISH_FRAME), st.booleans()),
    st.tuples(st.just(s.FINISH)),
)


def balanced(script: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Make frames nest, end them before their transaction does, and begin the next one."""
    depth, found = 0, [(s.BEGIN,), (s.RESOURCES, PLENTY * 256, PLENTY)]
    for op in [*script, (s.PUBDATA,), (s.FINISH,)]:
        if op[0] == s.FINISH_FRAME and depth == 0:
            continue
        if op[0] == s.FINISH:
            found += [(s.FINISH_FRAME, 1)] * depth
            depth = 0
            found += [op, (s.BEGIN,)]
            continue
        depth += {s.START_FRAME: 1, s.FINISH_FRAME: -1}.get(op[0], 0)
        found.append(tuple(int(part) for part in op))
    return [*found, (s.REPORT,)]


def step(model: Model, op: tuple[int, ...]) -> tuple[int, ...]:
    """Do one operation in the model; gives the expected beginning of the outcome."""
    code, payer, *rest = [*op, 0][: max(len(op), 2)]
    if code == s.BEGIN:
        model.begin()
    elif code == s.FINISH:
        model.finish()
    elif code == s.START_FRAME:
        model.start_frame()
    elif code == s.FINISH_FRAME:
        model.finish_frame(bool(payer))
    elif code in (s.READ_SLOT, s.TOUCH_SLOT):
        model.access_slot(payer, tuple(rest[:2]))
        return (0, model.slot(tuple(rest[:2])) if code == s.READ_SLOT else 0)
    elif code == s.WRITE_SLOT:
        model.write_slot(payer, tuple(rest[:2]), rest[2])
    elif code == s.WRITE_TRANSIENT:
        model.pay(100 if payer == EVM else 0, 4000)
        model.state.transient[rest[0], rest[1]] = rest[2]
    elif code == s.READ_TRANSIENT:
        model.pay(100 if payer == EVM else 0, 4000)
        return (0, model.state.transient.get((rest[0], rest[1]), 0))
    elif code == s.READ_ACCOUNT:
        record = model.access_account(payer, rest[0])
        return (0, record.nonce, record.balance, model.code_hash(record))
    else:
        return step_further(model, code, payer, rest)
    return (0,)


def step_further(model: Model, code: int, payer: int, rest: list[int]) -> tuple[int, ...]:
    """The rest of ``step``."""
    if code == s.INCREMENT_NONCE:
        return (0, model.increment_nonce(payer, rest[0]))
    if code == s.TRANSFER:
        return (0 if model.transfer(payer, *rest) else 0x501,)
    if code == s.DEPLOY_CODE:
        model.deploy(rest[0], CODE[: rest[2]])
    elif code == s.DELEGATE:
        model.delegate(rest[0], rest[1])
    elif code == s.FETCH_CODE:
        found, artifacts, kind = model.fetch(payer, rest[0])
        return (0, *(int.from_bytes(keccak256(part), "big") for part in (found, artifacts)), kind)
    elif code == s.FETCH_OBSERVABLE:
        return (0, int.from_bytes(keccak256(model.fetch(payer, rest[0])[0]), "big"))
    elif code == s.DESTROY:
        return (0, model.destroy(rest[0], rest[1], bool(rest[2])))
    elif code == s.EVENT:
        model.pay(375 + 375 + 8 * rest[2], 6000 + 200 + 2 * rest[2])
        model.state.events.append((model.number, rest[0], rest[4], CODE[: rest[2]]))
    elif code == s.MESSAGE:
        data = CODE[: rest[2]]
        k = 2500 + 17500 * max(1, -(-len(data) // 136))
        model.pay(30 + 6 * -(-len(data) // 32), 4 * 20000 + 2 * k + 6000 + 2 * len(data))
        model.state.messages.append((model.number, rest[0], data))
        return (0, int.from_bytes(keccak256(data), "big"))
    elif code == s.PUBDATA:
        return (0, model.pubdata())
    elif code == s.REFUND:
        return (0, model.state.refund)
    return (0,)


def check_script(executor: Any, script: list[tuple[int, ...]]) -> None:
    """Run a script in the kernel and in the model and compare everything visible."""
    host = FakeHost()
    host.slots.update(INITIAL_SLOTS)
    for address, record in INITIAL_ACCOUNTS.items():
        host.set_account(address, account_bytes(record))
    with connected_oracle(host):
        outcomes = s.run(executor, script, CODE)
    model = Model(INITIAL_SLOTS, copy.deepcopy(INITIAL_ACCOUNTS))
    for index, (op, outcome) in enumerate(zip(script, outcomes, strict=True)):
        expected = step(model, op)
        where = f"operation {index}: {s.NAMES[op[0]]} {op[1:]}"
        assert tuple(outcome[: len(expected)]) == expected, where
        if index:
            spent = (PLENTY - outcome[4] // 256, PLENTY - outcome[5])
            assert spent == (model.gas, model.native), where
    asked = [tuple(parameters.values()) for name, parameters in host.asked]
    assert len(asked) == len(set(asked)), "each slot and preimage is asked once"
    logs = [fields for name, fields in host.records if name == "log"]
    assert [
        (log["transaction_number"], log["address"], int.from_bytes(log["topics"][0], "big"),
         log["data"])
        for log in logs
    ] == model.state.events  # fmt: skip
    messages = [tuple(fields.values()) for name, fields in host.records if name == "message"]
    assert messages == model.state.messages
    published = [fields["data"] for name, fields in host.records if name == "preimage"]
    assert len(published) == len(set(published)) and set(published) == model.published


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(script=st.lists(operations, min_size=1, max_size=60))
def test_io_behaves_like_the_model(executor, script):
    check_script(executor, balanced(script))
