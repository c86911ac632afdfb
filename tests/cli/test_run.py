"""``zkos run`` and ``zkos prove-input`` on the examples."""

import json

import pytest
import rlp

from tests.cli.support import EXAMPLES, zkos
from zkos.host.differences import differences
from zkos.host.senders import recover_sender
from zkos.host.words import parse_words

TRANSFER = EXAMPLES / "transfer.json"
SMALL = EXAMPLES / "small-ethereum.json"

# The official program's values for this block: oracle.md, 8.
PUBLIC_INPUT = "0xdebd3d571b5586baa3e0dca02ccd71d38eb7480cf495d5f1dab400a0a15177bb"
PUBDATA = (
    "0x0130873f05062ceb379d52d7d6bff5f1de051346fecdc3a678e2d9d436a4067f03000000000000002a00000003"
    "c1198a72505f46d722ed8e0ca0f9bfe42ba3a2d868a618d9d55a80ba9255f761142101406f40"
    "cbc660322978b9dd829e3c793d3dec1375aab645bbc257f32f7637371fd117ef14113039"
    "0908ba005859673c9bf69a3e34ce2c6d3727ea3006551e7f031c61a07d4684641c09012201409f79"
    "0000000000000000"
)
BLOCK_FIELDS = {
    "block_hash", "state_root", "next_free_slot", "state_commitment_before",
    "state_commitment_after", "pubdata", "l2_to_l1_logs", "messages", "gas_used", "native_used",
    "storage_writes", "account_diffs", "preimages", "transactions",
}  # fmt: skip
TRANSACTION_FIELDS = {
    "hash", "status", "error", "gas_used", "gas_refunded", "native_used",
    "computational_native_used", "pubdata_bytes", "output", "contract_address", "logs",
}  # fmt: skip


def run_json(*arguments):
    outcome = zkos("run", *arguments, "--json")
    assert outcome.status == 0, outcome.stderr
    return outcome.json


@pytest.mark.parametrize("place", ["python", "x86_64"])
@pytest.mark.parametrize("mode", ["forward", "proving"])
def test_the_transfer_block_has_the_official_results(place, mode):
    result = run_json(TRANSFER, "--executor", place, "--mode", mode)
    assert set(result) == BLOCK_FIELDS | {"mode", "executor", "public_input"}
    assert result["block_hash"] == (
        "0x30873f05062ceb379d52d7d6bff5f1de051346fecdc3a678e2d9d436a4067f03"
    )
    assert result["state_root"] == (
        "0x8be90a29f2e3e0443f6bce17684646e053ceafa9d57dcba2966eca2a67474827"
    )
    assert result["next_free_slot"] == 5
    assert result["state_commitment_before"] == (
        "0x2584b6009b535586a200fef730fb833b2477c89bec48c8287d9cbe43c5c508cc"
    )
    assert result["state_commitment_after"] == (
        "0xc0e575ef73f578fb0e5244993e38c6feb8cf6aae1021cd7db0d1d9fa67ad1295"
    )
    assert result["pubdata"] == PUBDATA
    assert result["public_input"] == PUBLIC_INPUT
    assert result["gas_used"] == 21000
    (transaction,) = result["transactions"]
    assert set(transaction) == TRANSACTION_FIELDS
    assert transaction["hash"] == (
        "0xde5d095d3fa4b50a0320d7621d285735b450f0322553ab8d9e97935e7ab456a8"
    )
    assert (transaction["status"], transaction["error"]) == ("success", None)
    assert transaction["contract_address"] is None
    recipient = result["account_diffs"]["0x4242000000000000000000000000000000000000"]
    assert (recipient["balance"], recipient["nonce"]) == ("0x3039", 0)


def test_the_machine_proves_the_transfer_block_from_its_words(tmp_path):
    result = run_json(TRANSFER, "--executor", "riscv", "--mode", "proving")
    assert result["public_input"] == PUBLIC_INPUT
    assert result["cycles"] > 0
    assert set(result["delegations"]) == {"blake2s", "u256"}
    words = tmp_path / "words.txt"
    recorded = zkos("prove-input", TRANSFER, "-o", words, "--json")
    assert recorded.json["public_input"] == PUBLIC_INPUT
    assert recorded.json["words"] == len(parse_words(words.read_text()))


def test_the_small_block_gives_its_receipts_on_every_executor_and_equal_results():
    expected = json.loads((EXAMPLES / "small-ethereum.receipts.json").read_text())
    results = []
    for executor in ("python", "x86_64", "riscv"):
        result = run_json(SMALL, "--executor", executor)
        ours = [
            {name: one[name] for name in ("hash", "status", "gas_used", "logs")}
            for one in result["transactions"]
        ]
        assert list(differences(ours, expected["transactions"])) == []
        assert result.pop("executor") == executor
        assert ("cycles" in result) == (executor == "riscv")
        for name in ("cycles", "delegations"):
            result.pop(name, None)
        results.append(result)
    assert list(differences(results[0], results[1])) == []
    assert list(differences(results[0], results[2])) == []


def test_the_words_do_not_depend_on_the_executor(tmp_path):
    texts = []
    for executor in ("python", "x86_64"):
        words = tmp_path / executor
        assert zkos("prove-input", TRANSFER, "-o", words, "--executor", executor).status == 0
        texts.append(words.read_text())
    assert texts[0] == texts[1]


def test_a_rejected_transaction_is_reported_with_the_official_name(tmp_path):
    document = json.loads(TRANSFER.read_text())
    document["transactions"] *= 2
    path = tmp_path / "twice.json"
    path.write_text(json.dumps(document))
    first, second = run_json(path, "--executor", "python")["transactions"]
    assert first["status"] == "success"
    assert (second["status"], second["error"]) == ("invalid", "NonceTooLow")
    assert second["error_details"] == {"tx": "0x0", "state": "0x1"}
    assert (second["gas_used"], second["logs"]) == (0, [])


@pytest.mark.parametrize("mode", ["forward", "proving"])
def test_a_sender_who_did_not_sign_is_reported(tmp_path, mode):
    document = json.loads(TRANSFER.read_text())
    (raw,) = document["transactions"]
    claimed = "0x" + "77" * 20
    document["pre"][claimed] = {"balance": hex(10**18)}
    document["transactions"] = [{"raw": raw, "sender": claimed}]
    path = tmp_path / "claimed.json"
    path.write_text(json.dumps(document))
    (transaction,) = run_json(path, "--executor", "python", "--mode", mode)["transactions"]
    assert (transaction["status"], transaction["error"]) == ("invalid", "IncorrectFrom")


HALF_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 // 2


@pytest.mark.parametrize("mode", ["forward", "proving"])
@pytest.mark.parametrize(
    ("r", "s", "error"),
    [(5, 7, "IncorrectFrom"), (0, 7, "IncorrectFrom"), (1, HALF_ORDER + 1, "MalleableSignature")],
    ids=["r is on no point", "r is zero", "s is high"],
)
def test_a_wrong_signature_leaves_the_transaction_out(tmp_path, mode, r, s, error):
    to = b"\x42" * 20
    fields = [37, 0, 1000, 1000, 30000, to, 1, b"", [], 0, r, s]
    document = {
        "pre": {"0x" + "00" * 20: {"balance": hex(10**18)}},
        "transactions": ["0x02" + rlp.encode(fields).hex()],
    }
    if error == "MalleableSignature":
        sender = f"0x{recover_sender(bytes.fromhex(document['transactions'][0][2:])):040x}"
        document["pre"] = {sender: {"balance": hex(10**18)}}
    path = tmp_path / "block.json"
    path.write_text(json.dumps(document))
    (transaction,) = run_json(path, "--executor", "python", "--mode", mode)["transactions"]
    assert (transaction["status"], transaction["error"]) == ("invalid", error)


def test_a_batch_lists_its_blocks_and_has_the_batch_commitments(tmp_path):
    document = json.loads(TRANSFER.read_text())
    first = {name: document.pop(name) for name in ("block", "pre", "transactions")}
    path = tmp_path / "batch.json"
    document.pop("last_block_timestamp")
    path.write_text(json.dumps({**document, "blocks": [first, {"block": {"timestamp": "0x2b"}}]}))
    result = run_json(path, "--executor", "python", "--mode", "proving")
    one, two = result["blocks"]
    assert set(one) == BLOCK_FIELDS
    assert two["state_root"] == one["state_root"]
    assert two["state_commitment_before"] == one["state_commitment_after"]
    assert result["state_commitment_before"] == one["state_commitment_before"]
    assert result["state_commitment_after"] == two["state_commitment_after"]
    assert result["public_input"] not in (None, PUBLIC_INPUT)


def test_a_run_that_the_kernel_stops_names_the_place_and_ends_with_1(tmp_path):
    document = {**json.loads(TRANSFER.read_text())}
    document["block"] = {**document["block"], "native_price": "0x0"}
    path = tmp_path / "price.json"
    path.write_text(json.dumps(document))
    outcome = zkos("run", path, "--executor", "python")
    assert outcome.status == 1
    assert outcome.stdout == ""
    assert outcome.stderr.strip() == (
        "zkos: block 0, transaction 0: the kernel stopped: NativePriceIsZero (0x0407)"
    )


def test_people_get_a_table(tmp_path):
    outcome = zkos("run", TRANSFER, "--executor", "python")
    assert outcome.status == 0
    assert "21,000" in outcome.stdout
    assert PUBLIC_INPUT in outcome.stdout


@pytest.mark.parametrize(("name", "start"), [("p.svg", "<svg"), ("p.folded", "zkos_main")])
def test_a_profile_names_functions(tmp_path, name, start):
    path = tmp_path / name
    outcome = zkos("run", TRANSFER, "--executor", "riscv", "--profile", path, "--json")
    assert outcome.status == 0, outcome.stderr
    assert start in path.read_text()


@pytest.mark.parametrize("mode", ["forward", "proving"])
def test_explain_gives_parts_that_add_up(mode):
    [transaction] = run_json(TRANSFER, "--explain", "--mode", mode)["transactions"]
    costs = transaction["costs"]
    assert sum(costs["gas"].values()) == transaction["gas_used"] == 21000
    assert sum(costs["native"].values()) == transaction["native_used"] == 1005340
    assert (costs["native"]["signature"], costs["gas"]["intrinsic"]) == (522000, 18000)


def test_explain_prints_a_table_with_sums():
    outcome = zkos("run", SMALL, "--explain")
    table = outcome.stdout[outcome.stdout.index("Costs") :]
    assert outcome.status == 0
    for column in ("intrinsic", "signature", "evm", "storage", "hashing", "precompiles", "refund"):
        assert column in table
    assert " all" in table


def test_explain_of_a_batch_is_for_every_block(tmp_path):
    path = tmp_path / "batch.json"
    first = json.loads(TRANSFER.read_text())
    del first["da_commitment_scheme"]
    path.write_text(json.dumps({"blocks": [first, {"transactions": ["0x03c0"]}]}))
    blocks = run_json(path, "--explain")["blocks"]
    assert blocks[0]["transactions"][0]["costs"]["gas"]["signature"] == 3000
    assert blocks[1]["transactions"][0]["costs"] is None
    assert "Costs of block 1" in zkos("run", path, "--explain").stdout
