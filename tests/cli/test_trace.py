"""``zkos run --trace``: what calls, steps and changes of a production block look like."""

import json

import pytest

from tests.cli.support import EXAMPLES, zkos
from tests.support.chain import ALICE, CHAIN_ID, ETHER, deployer, funded, transaction
from zkos.interface.opcode_names import OPCODE_NAMES
from zkos.kernel.execution_environments.evm.gas import STEP_NATIVE
from zkos.kernel.execution_environments.evm.rows import ROWS

CODES = {name: code for code, name in OPCODE_NAMES.items()}
ENTRY, WRITER, FAILING, LIBRARY = (f"0x{number:040x}" for number in range(0xA1, 0xA5))
REASON = "not today"
ERROR_OF_STRING = (
    bytes.fromhex("08c379a0") + (32).to_bytes(32, "big") + len(REASON).to_bytes(32, "big")
    + REASON.encode().ljust(32, b"\0")
)  # fmt: skip
LOOP = "0x5b5f56"


def call(opcode: str, target: int | str, value: int | None = None) -> bytes:
    """Call without calldata and with all gas; drop the outcome."""
    to = int(target, 16) if isinstance(target, str) else target
    code = bytes.fromhex("5f5f5f5f")
    if value is not None:
        code += b"\x7f" + value.to_bytes(32, "big")
    return code + b"\x73" + to.to_bytes(20, "big") + bytes([0x5A, CODES[opcode], CODES["POP"]])


def revert_with(data: bytes) -> bytes:
    """Revert with bytes that follow the code."""
    size = len(data)
    return bytes.fromhex(f"60{size:02x}600a5f3960{size:02x}5ffd") + data


def create(opcode: str, initcode: bytes) -> bytes:
    """Create a contract of at most 32 bytes of initcode; drop the address."""
    salt = b"\x5f" if opcode == "CREATE2" else b""
    store = b"\x7f" + initcode.ljust(32, b"\0") + bytes.fromhex("5f52")
    return store + salt + bytes([0x60, len(initcode), 0x5F, 0x5F, CODES[opcode], CODES["POP"]])


CODE = (
    call("CALL", WRITER, 3)
    + call("STATICCALL", 4)
    + call("DELEGATECALL", LIBRARY)
    + call("CALL", FAILING, 0)
    + call("CALL", WRITER, 2 * ETHER)
    + create("CREATE", deployer(b"\x00"))
    + create("CREATE2", bytes.fromhex("33ff"))
)
PRE = {
    **funded(ALICE, balance=10**6 * ETHER),
    ENTRY: {"balance": hex(ETHER), "code": "0x" + CODE.hex()},
    WRITER: {"code": "0x60075f55"},
    FAILING: {"code": "0x" + revert_with(ERROR_OF_STRING).hex()},
    LIBRARY: {"code": "0x600960015500"},
}


@pytest.fixture
def trace(tmp_path):
    """Trace a block of one transaction; gives the text of the file."""

    def run(tracer, *, executor="x86_64", to=ENTRY, suffix=".json", pre=PRE, **block):
        path, out = tmp_path / "block.json", tmp_path / f"trace{suffix}"
        document = {
            "chain_id": hex(CHAIN_ID),
            "block": {name: hex(value) for name, value in block.items()},
            "pre": pre,
            "transactions": [transaction(to=to, gas_limit=1_000_000)],
        }
        path.write_text(json.dumps(document))
        options = ["--trace", out, "--tracer", tracer, "--executor", executor]
        outcome = zkos("run", path, *options, "--json")
        assert outcome.status == 0, outcome.stderr
        return out.read_text()

    return run


def test_the_call_tree_has_every_kind_of_frame(trace):
    (entry,) = json.loads(trace("calls"))
    tree = entry["result"]
    assert (tree["type"], tree["from"], tree["to"]) == ("CALL", ALICE.address, ENTRY)
    assert (tree["gas"], "error" in tree) == (hex(1_000_000), False)
    calls = tree["calls"]
    found = [(one["type"], one.get("to"), one.get("value"), one.get("error")) for one in calls]
    created = calls[5]["to"], calls[6]["to"]
    assert found == [
        ("CALL", WRITER, "0x3", None),
        ("STATICCALL", f"0x{4:040x}", None, None),
        ("DELEGATECALL", LIBRARY, "0x0", None),
        ("CALL", FAILING, "0x0", "execution reverted"),
        ("CALL", WRITER, hex(2 * ETHER), "insufficient balance for transfer"),
        ("CREATE", created[0], "0x0", None),
        ("CREATE2", created[1], "0x0", None),
    ]
    assert calls[3]["revertReason"] == REASON
    assert calls[3]["output"] == "0x" + ERROR_OF_STRING.hex()
    (destroyed,) = calls[6]["calls"]
    assert (destroyed["type"], destroyed["from"]) == ("SELFDESTRUCT", created[1])
    assert destroyed["to"] == ENTRY
    assert all(int(one["nativeUsed"], 16) > 0 for one in (tree, calls[0], calls[5]))


def test_the_difference_has_what_changed_and_nothing_else(trace):
    (entry,) = json.loads(trace("diff"))
    pre, post = entry["result"]["pre"], entry["result"]["post"]
    slot_0, slot_1 = (f"0x{number:064x}" for number in (0, 1))
    assert pre[WRITER]["balance"] == "0x0"
    assert post[WRITER] == {"balance": "0x3", "storage": {slot_0: f"0x{7:064x}"}}
    assert post[ENTRY]["storage"] == {slot_1: f"0x{9:064x}"}
    assert post[ENTRY]["nonce"] == 2
    assert FAILING not in pre
    assert pre[ENTRY]["code"] == PRE[ENTRY]["code"]
    (created,) = [name for name in post if name not in pre]
    assert post[created] == {"nonce": 1, "code": "0x00"}


def test_steps_have_their_native_cost(trace):
    *steps, summary = map(json.loads, trace("steps").splitlines())
    assert "error" not in summary
    plain = {"PUSH20", "POP", "PUSH0", "GAS"}
    for step in steps:
        if step["opName"] in plain:
            row = ROWS[step["op"]]
            assert step["nativeCost"] == hex(row.native + STEP_NATIVE)
            assert step["gasCost"] == hex(row.gas)
    assert plain <= {step["opName"] for step in steps}
    reverted = [step for step in steps if "error" in step]
    assert [(step["opName"], step["error"]) for step in reverted] == [
        ("REVERT", "execution reverted")
    ]


@pytest.mark.parametrize("tracer", ["steps", "calls", "diff"])
def test_both_executors_write_the_same_trace(trace, tracer):
    assert trace(tracer, executor="python") == trace(tracer)


@pytest.mark.parametrize("tracer", ["steps", "calls", "diff"])
def test_a_file_that_ends_with_txt_is_for_people(trace, tracer):
    text = trace(tracer, suffix=".txt")
    assert {"steps": "DELEGATECALL", "calls": REASON, "diff": "created"}[tracer] in text
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_a_transaction_out_of_native_ends_every_open_frame(trace):
    pre = {**funded(ALICE, balance=10**6 * ETHER), ENTRY: {"code": LOOP}}
    prices = {"native_price": 200, "base_fee": 1000}
    (entry,) = json.loads(trace("calls", pre=pre, **prices))
    assert entry["result"]["error"] == "out of native resources"
    *steps, summary = map(json.loads, trace("steps", pre=pre, **prices).splitlines())
    assert steps[-1]["error"] == summary["error"] == "out of native resources"
    assert all("error" not in step for step in steps[:-1])


def test_no_image_for_the_machine_traces(tmp_path):
    block = EXAMPLES / "transfer.json"
    outcome = zkos("run", block, "--trace", tmp_path / "t", "--executor", "riscv")
    assert outcome.status == 2
    assert "--trace needs --executor x86_64 or python" in outcome.stderr


def test_a_trace_that_cannot_be_written_is_bad_input(tmp_path):
    outcome = zkos("run", EXAMPLES / "transfer.json", "--trace", tmp_path / "no/t.json")
    assert outcome.status == 2
    assert "cannot write" in outcome.stderr


def test_an_invalid_transaction_has_its_error(tmp_path):
    document = json.loads((EXAMPLES / "transfer.json").read_text())
    document["transactions"] *= 2
    path, out = tmp_path / "block.json", tmp_path / "trace.json"
    path.write_text(json.dumps(document))
    for tracer in ("calls", "diff"):
        assert zkos("run", path, "--trace", out, "--tracer", tracer).status == 0
        first, second = json.loads(out.read_text())
        assert "result" in first
        assert second["error"] == "NonceTooLow"
